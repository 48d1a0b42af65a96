"""Tells why tracks have their tags, in every form, from a store alone."""

import json
from itertools import chain
from pathlib import Path
from typing import Self

from earmark import audio
from earmark.explain import page, path, records, text
from earmark.graph import Store
from earmark.graph.queries import FileRow
from earmark.graph.turtle import turtle
from earmark.types import ReasoningPath

from .place import store_folder


class Reasons:
    """The reasons that a store holds; a track is named by its id, its IRI or its file.

    Without a tag each method tells of all tags of the track.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    @classmethod
    def open(cls, store: Path | str | None = None) -> Self:
        """The reasons in the store of a folder, as of its last snapshot."""
        return cls(Store.open(store_folder(store)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    def paths(self, track: str, tag: str = "") -> tuple[ReasoningPath, ...]:
        """Why the track has or has not the tag; of all tags, the strongest first."""
        # A path that leads to a file is heard no more than is needed to know its name.
        known = audio.track_id(Path(track)) if Path(track).is_file() else track
        if tag:
            return (path.reasoning_path(self.store, known, tag),)
        return path.paths(self.store, known)

    def text(self, track: str, tag: str = "") -> str:
        """The reasons in words."""
        return "\n\n\n".join(map(text.text, self.paths(track, tag)))

    def json(self, track: str, tag: str = "") -> str:
        """The reasons as JSON: an object for one tag, a list for all."""
        found = [records.record(one) for one in self.paths(track, tag)]
        return json.dumps(found[0] if tag else found, ensure_ascii=False, indent=1)

    def turtle(self, track: str, tag: str = "") -> str:
        """The reasons as they stand in the graph."""
        found = self.paths(track, tag)
        triples = chain.from_iterable(
            self.store.construct("path", track=one.track_iri, tag=one.tag_iri) for one in found
        )
        return turtle(triples, self.store.names)

    def page(self, track: str, tag: str = "") -> str:
        """The reasons as one self-contained HTML page."""
        found = self.paths(track, tag)
        return page.page(self.title(found[0]), found)

    def title(self, path: ReasoningPath) -> str:
        """What a person calls the track: its file's name where that is known."""
        rows = self.store.rows("files_of_track", FileRow, track=path.track_iri)
        return Path(rows[0].path).name if rows else path.track
