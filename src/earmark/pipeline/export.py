"""Writes a store out for other programs, as RDF or as plain JSON."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from earmark.errors import StoreError
from earmark.explain import path as paths
from earmark.explain import records
from earmark.graph import Store, describing, exporting
from earmark.graph.describing import Publication
from earmark.graph.queries import TrackRow

from .place import store_folder

# Plain JSON, one track a line, is for people and small programs; it has no IRIs.
PLAIN = "json"


def export(store: Path | None, style: str, out: BinaryIO, *, base: str | None = None) -> None:
    """Write all that may be shared: the graph of files and paths stays behind."""
    with Store.open(store_folder(store)) as opened:
        if style == PLAIN:
            _write_plainly(opened, _tracks(opened), out)
        else:
            exporting.dump(opened, out, style, base=base)


def export_parts(
    store: Path | None, style: str, folder: Path, *, count: int, base: str | None = None
) -> list[Path]:
    """Write the same into files in a folder, each track wholly in one of them.

    Of N-Quads, Turtle and plain JSON the files put one after the other are the whole;
    of JSON-LD each is a document, and what they say together is the whole.
    """
    with Store.open(store_folder(store)) as opened:
        parts = _plain_parts(opened, count) if style == PLAIN else exporting.parts(opened, count)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return [
                _write_part(opened, style, folder / f"{name}.{style}", part, base)
                for name, part in parts
            ]
        except OSError as error:
            raise StoreError(f"{folder} cannot be written to: {error}") from None


def describe(store: Path | None, published: Publication) -> str:
    """What a store says of itself, in Turtle."""
    with Store.open(store_folder(store)) as opened:
        return describing.description(opened, published)


def _write_part(
    store: Store, style: str, file: Path, part: Sequence[str], base: str | None
) -> Path:
    # Under another name until it is whole.
    unfinished = file.with_name(f".{file.name}.new")
    with unfinished.open("wb") as out:
        if style == PLAIN:
            _write_plainly(store, part, out)
        else:
            exporting.dump(store, out, style, graphs=part, base=base)
    return unfinished.replace(file)


# --- plain JSON ---------------------------------------------------------------------


def _tracks(store: Store) -> list[str]:
    return [row.track for row in store.rows("tracks", TrackRow)]


def _plain_parts(store: Store, count: int) -> Iterator[tuple[str, list[str]]]:
    split: list[list[str]] = [[] for _ in range(count)]
    for track in _tracks(store):
        split[exporting.place(track, count)].append(track)
    for number, tracks in enumerate(split):
        yield exporting.part_name(number, count), tracks


def _write_plainly(store: Store, tracks: Iterable[str], out: BinaryIO) -> None:
    known = {row.track: row for row in store.rows("tracks", TrackRow)}
    told = (_plainly(store, known[track]) for track in tracks)
    out.writelines(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in told)


def _plainly(store: Store, row: TrackRow) -> dict[str, object]:
    """One track as data: its tags, surest first, each with its reasons."""
    told = paths.paths(store, row.track) if row.run is not None else ()
    return {"track": row.track, "seconds": row.seconds, "tags": list(map(records.record, told))}
