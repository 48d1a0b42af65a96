"""Reads a dataset folder into a Table.

A folder holds ``dataset.toml`` (name, licence, source, ``labels`` and a table
``[columns]`` from published column to feature notation), ``features.csv``,
``tags.csv`` and ``tracks.csv``. Without ``features.csv`` its audio files are listened
to instead; a track is then named by the stem of its file.
"""

import csv
import logging
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from earmark import percepts
from earmark.errors import DatasetError, GraphError
from earmark.graph import Store, tables
from earmark.graph.numbers import kept
from earmark.types import Array, Table

from .extract import audio_files, extract_all
from .place import store_folder

log = logging.getLogger(__name__)

SPLITS = ("train", "valid", "test", "excluded")

# Columns that say something of the file and nothing of the music.
REFUSED = {
    "length": "it tells how a clip was cut, not how it sounds, and so gives the label away "
    "(every pop clip of GTZAN lasts 30.000158 s)",
}


class _Measured(NamedTuple):
    """Feature values of a folder, published or listened to."""

    tracks: list[str]
    procedures: dict[str, str]
    values: Array


def is_dataset(folder: Path) -> bool:
    """Whether a folder describes itself as a dataset."""
    return (folder / "dataset.toml").is_file()


def read(folder: Path, *, workers: int = 1) -> Table:
    """The table of a dataset folder, in the order of its features."""
    about = _about(folder)
    facts = _facts(folder / "tracks.csv")
    published = (folder / "features.csv").is_file()
    measured = _published(folder, about) if published else _listened(folder, facts, workers)
    known = [i for i, track in enumerate(measured.tracks) if track in facts]
    if not known:
        raise DatasetError(f"{folder}: no track of tracks.csv has features: compare the names")
    tracks = [measured.tracks[i] for i in known]
    tags, labels = _labels(folder / "tags.csv", tracks)
    if about["labels"] == "multiclass":
        _check_one_tag_each(folder, tracks, labels)
    return Table(
        name=about["name"],
        tracks=tuple(tracks),
        features=tuple(measured.procedures),
        values=measured.values[known],
        tags=tags,
        labels=labels,
        multiclass=about["labels"] == "multiclass",
        artists=tuple(facts[track].get("artist") or "" for track in tracks),
        splits=tuple(_split(folder, track, facts[track]["split"]) for track in tracks),
        procedures=measured.procedures,
        licence=about.get("licence", ""),
        source=about.get("source", ""),
    )


def _about(folder: Path) -> dict[str, Any]:
    path = folder / "dataset.toml"
    try:
        about = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise DatasetError(f"{folder} is no dataset folder: it has no dataset.toml") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} is not valid TOML: {error}") from None
    columns = about.get("columns", {})
    texts = [about.get(key, "") for key in ("name", "licence", "source")]
    texts += columns.values() if isinstance(columns, dict) else [columns]
    if not all(isinstance(text, str) for text in texts):
        raise DatasetError(
            f"{path}: name, licence, source and all that [columns] lists must be texts in quotes"
        )
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", about.get("name", "")):
        raise DatasetError(
            f"{path}: name must be letters, digits, dots, dashes, underscores, and not begin with "
            "a mark"
        )
    if about.get("labels") not in ("multiclass", "multilabel"):
        raise DatasetError(f'{path}: labels must be "multiclass" or "multilabel"')
    return about


def _rows(path: Path, *required: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells of every row of a CSV file with these columns."""
    try:
        # A spreadsheet may put a mark before the first column.
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            names = list(reader.fieldnames or ())
            if lacking := [name for name in required if name not in names]:
                raise DatasetError(
                    f"{path} has no column {lacking[0]!r}; its first line, split at commas, "
                    f"gives {names[:3]}"
                )
            if twice := [name for name in names if names.count(name) > 1]:
                raise DatasetError(f"{path} has the column {twice[0]!r} twice")
            for row in reader:
                if None in row or None in row.values():
                    raise DatasetError(
                        f"{path}, line {reader.line_num}: not as many cells as columns"
                    )
                yield reader.line_num, row
    except FileNotFoundError:
        raise DatasetError(f"{path} is missing: a dataset folder needs it") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"{path} is not UTF-8 CSV: {error}") from None


def _facts(path: Path) -> dict[str, dict[str, str]]:
    """The row of each track in tracks.csv."""
    facts: dict[str, dict[str, str]] = {}
    for line, row in _rows(path, "track", "split"):
        if facts.setdefault(row["track"], row) is not row:
            raise _twice(path, line, row["track"])
    return facts


def _twice(path: Path, line: int, track: str) -> DatasetError:
    return DatasetError(f"{path}, line {line}: track {track!r} is there twice")


def _published(folder: Path, about: dict[str, Any]) -> _Measured:
    """The values of features.csv, under the notations that dataset.toml gives."""
    path = folder / "features.csv"
    rows = list(_rows(path, "track"))
    if not rows:
        raise DatasetError(f"{path} has no rows")
    notation = {c: about.get("columns", {}).get(c) or _slug(c) for c in rows[0][1] if c != "track"}
    for column, name in list(notation.items()):
        if reason := REFUSED.get(name):
            log.warning("%s: column %r is refused as a feature: %s", path, column, reason)
            del notation[column]
    if not notation:
        raise DatasetError(f"{path} has no column that can be a feature")
    known = list(notation.values())
    if twice := [column for column, name in notation.items() if known.count(name) > 1]:
        raise DatasetError(
            f"{path}: the columns {', '.join(map(repr, twice))} have the same notation: give each "
            "its own under [columns] in dataset.toml"
        )
    seen: set[str] = set()
    for line, row in rows:
        if row["track"] in seen:
            raise _twice(path, line, row["track"])
        seen.add(row["track"])
    values = [[_number(path, line, c, row[c]) for c in notation] for line, row in rows]
    claimed = {feature.concept.notation: feature.procedure for feature in percepts.available()}
    procedures = {n: claimed.get(n, f"{about['name']}:{n}") for n in notation.values()}
    return _Measured([row["track"] for _, row in rows], procedures, np.array(values))


def _listened(folder: Path, facts: dict[str, dict[str, str]], workers: int) -> _Measured:
    """The values heard in the audio files of a folder."""
    files = [file for file in audio_files([folder]) if file.stem in facts]
    procedures = {f.concept.notation: f.procedure for f in percepts.available()}
    tracks, values = [], []
    for extraction in extract_all(files, workers=workers):
        if extraction.heard is None:
            log.warning("%s: %s", extraction.path, extraction.error)
            continue
        heard = {seen.feature: seen.value for seen in extraction.heard.observations}
        tracks.append(extraction.path.stem)
        values.append([np.nan if heard[name] is None else heard[name] for name in procedures])
    return _Measured(tracks, procedures, np.array(values, float).reshape(len(tracks), -1))


def _slug(column: str) -> str:
    return re.sub(r"\W+", "_", column.lower()).strip("_") or "column"


def _number(path: Path, line: int, column: str, cell: str) -> float:
    """A cell as the graph would keep it; an empty one is unknown."""
    if cell.strip().lower() in ("", "nan"):
        return np.nan
    try:
        value = kept(float(cell))
    except (ValueError, GraphError):
        value = np.inf
    if not np.isfinite(value):
        raise DatasetError(
            f"{path}, line {line}, column {column!r}: {cell!r} is not a number that can be kept: "
            "leave the cell empty where it is unknown"
        )
    return value


def _labels(path: Path, tracks: list[str]) -> tuple[tuple[str, ...], NDArray[np.bool_]]:
    place = {track: i for i, track in enumerate(tracks)}
    pairs = []
    for line, row in _rows(path, "track", "tag"):
        tag = row["tag"]
        if not tag.strip() or not tag.isprintable():
            raise DatasetError(f"{path}, line {line}: {tag!r} is not the name of a tag")
        pairs.append((row["track"], tag))
    tags = tuple(sorted({tag for track, tag in pairs if track in place}))
    labels = np.zeros((len(tracks), len(tags)), bool)
    for track, tag in pairs:
        if track in place:
            labels[place[track], tags.index(tag)] = True
    return tags, labels


def _check_one_tag_each(folder: Path, tracks: list[str], labels: NDArray[np.bool_]) -> None:
    odd = np.flatnonzero(labels.sum(axis=1) != 1)
    if len(odd):
        raise DatasetError(
            f"{folder}: labels are multiclass, but track {tracks[odd[0]]!r} has "
            f"{labels[odd[0]].sum()} tags in tags.csv"
        )


def _split(folder: Path, track: str, split: str) -> str:
    if split not in SPLITS:
        raise DatasetError(
            f"{folder / 'tracks.csv'}: the split of {track!r} is {split!r}, not one of "
            f"{', '.join(SPLITS)}"
        )
    return split


def read_store(store: Path | None, name: str) -> Table:
    """The table of a dataset that was written to a store; the only one needs no name."""
    with Store.open(store_folder(store)) as opened:
        known = tables.names(opened)
        if not name and len(known) != 1:
            raise DatasetError(f"say which dataset to learn from: there are {known or 'none'}")
        return tables.table(opened, name or known[0])
