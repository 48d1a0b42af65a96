"""Tells why tracks have their tags, in every form, from a graph alone."""

import json
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Self

from earmark import audio
from earmark.errors import EarmarkError
from earmark.explain import page, path, records, text
from earmark.graph import Store
from earmark.graph.queries import ENGLISH, FileRow, TagRow
from earmark.graph.turtle import turtle
from earmark.types import Chain, ReasoningPath

from .place import store_folder

if TYPE_CHECKING:
    from earmark.model import TagModel


class Reasons:
    """The reasons that a store holds; a track is named by its id, its IRI or its file.

    Labels are in the language asked for, where they are known in it.

    Without a tag each method tells of all tags of the track that are in the store.
    Reasons that are not in it are made again by the model that scored, where that is at
    hand: the one given, or one that is installed.
    """

    def __init__(
        self, store: Store, *, lang: str = ENGLISH, model: "TagModel | None" = None
    ) -> None:
        self.store = store
        self.lang = lang
        self._model = model

    @classmethod
    def open(cls, store: Path | str | None = None, *, lang: str = ENGLISH, model: str = "") -> Self:
        """The reasons in the store of a folder, as of its last snapshot."""
        learnt = None
        if model:
            from .models import open_model

            learnt = open_model(model)
        return cls(Store.open(store_folder(store)), lang=lang, model=learnt)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    def paths(self, track: str, tag: str = "") -> tuple[ReasoningPath, ...]:
        """Why the track has or has not the tag; of all tags, the strongest first."""
        return self._told(track, tag)[1]

    def text(self, track: str, tag: str = "") -> str:
        """The reasons in words."""
        return "\n\n\n".join(map(text.text, self.paths(track, tag)))

    def json(self, track: str, tag: str = "") -> str:
        """The reasons as JSON: an object for one tag, a list for all."""
        found = [records.record(one) for one in self.paths(track, tag)]
        return json.dumps(found[0] if tag else found, ensure_ascii=False, indent=1)

    def turtle(self, track: str, tag: str = "") -> str:
        """The reasons as they stand in the graph, those made again marked by their model."""
        graph, found = self._told(track, tag)
        triples = chain.from_iterable(
            graph.construct("path", track=one.track_iri, tag=one.tag_iri) for one in found
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

    def _told(self, track: str, tag: str) -> tuple[Store, tuple[ReasoningPath, ...]]:
        """The reasons, and the graph that they were read from."""
        known = self._id(track)
        graph, why_not = self._graph(known, tag)
        if tag:
            found = [path.reasoning_path(graph, known, tag, lang=self.lang)]
        else:
            found = [*path.paths(graph, known, lang=self.lang)]
        return graph, tuple(
            replace(one, not_rebuilt=why_not) if one.chain is Chain.SCORE_ONLY else one
            for one in found
        )

    def _id(self, track: str) -> str:
        # A path that leads to a file is heard no more than is needed to know its name.
        if Path(track).is_file():
            return audio.track_id(Path(track))
        names = self.store.names
        return names.track_id(track) if track.startswith(names.base) else track

    def _graph(self, track: str, tag: str) -> tuple[Store, str]:
        """A graph with the reasons in it, or the store and why they are in none."""
        rows = self.store.rows("tags_of_track", TagRow, track=self.store.names.track(track))
        chains = {row.tag: row.chain for row in rows}
        wanted = [tag] if tag else list(chains)
        lacking = [one for one in wanted if chains.get(one) != Chain.FULL]
        if not (rows and lacking):
            return self.store, ""
        try:
            return self._rebuilt(track, lacking), ""
        except EarmarkError as reason:
            if tag and tag not in chains:
                raise EarmarkError(
                    f"nothing was kept of {tag} for track {track}, and it cannot be scored "
                    f"again: {reason}"
                ) from None
            return self.store, str(reason)

    def _rebuilt(self, track: str, tags: list[str]) -> Store:
        # Imported here, since reading what is kept takes no model.
        from .models import with_digest
        from .rebuild import rebuilt, tagged_by

        digest = tagged_by(self.store, track).digest
        given = self._model
        model = given if given and given.digest == digest else with_digest(digest)
        return rebuilt(self.store, track, tags, model)
