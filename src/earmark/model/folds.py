"""Splits tracks so that no artist and no twin is on both sides."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from earmark.errors import ModelError
from earmark.types import Array, Table


@dataclass(frozen=True, slots=True, eq=False)
class Folds:
    """Which fold each track is in, and how honest the split could be.

    ``groups`` counts the groups of tracks that had to stay together; ``artists`` the
    known artists, ``unknown`` the tracks without one.
    """

    number: NDArray[np.intp]
    groups: int
    artists: int
    unknown: int

    def __iter__(self) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
        """Masks of the tracks to train on and of those held out, fold by fold."""
        for fold in range(self.number.max() + 1):
            yield self.number != fold, self.number == fold


def artist_folds(table: Table, count: int, *, seed: int = 0) -> Folds:
    """Folds of nearly equal size that keep each artist together.

    A track without an artist is a group of its own, and tracks with equal features
    (the same recording twice) share a fold whoever made them. The same table and seed
    always give the same folds.
    """
    group = artist_groups(table)
    sizes = np.bincount(group)
    if len(sizes) < count or count < 2:
        raise ModelError(
            f"dataset {table.name!r} cannot be split in {count} folds by artist: its "
            f"{len(table.tracks)} tracks make {len(sizes)} groups, as those of one artist or with "
            "equal features stay together; folds may be from 2 to as many as there are groups"
        )
    fold = np.empty(len(sizes), np.intp)
    filled = np.zeros(count, np.intp)
    shuffled = np.random.default_rng(seed).permutation(len(sizes))
    # Largest first, each where there is most room: sizes end up within one group.
    for number in shuffled[np.argsort(-sizes[shuffled], kind="stable")]:
        fold[number] = filled.argmin()
        filled[fold[number]] += sizes[number]
    known = {artist for artist in table.artists if artist}
    unknown = sum(not artist for artist in table.artists)
    return Folds(fold[group], len(sizes), len(known), unknown)


def artist_groups(table: Table) -> NDArray[np.intp]:
    """For each track the number of its group.

    Tracks and what they share (an artist, a row of features) are the two sides of a
    graph; its connected parts are the groups.
    """
    size = len(table.tracks)
    number: dict[str | bytes, int] = {}
    edges = np.array(
        [
            (track, size + number.setdefault(key, len(number)))
            for keys in (list[str | bytes](table.artists), _fingerprints(table.values))
            for track, key in enumerate(keys)
            if key
        ],
        np.intp,
    ).reshape(-1, 2)
    everything = size + len(number)
    graph = coo_array((np.ones(len(edges)), edges.T), shape=(everything, everything))
    part = connected_components(graph, directed=False)[1][:size]
    return np.unique(part, return_inverse=True)[1]


def _fingerprints(values: Array) -> list[str | bytes]:
    """The bytes of each row in single precision, none for a row without a value."""
    # Adding zero makes the negative zero positive; every NaN gets the same bytes.
    rows = np.where(np.isnan(values), np.nan, values + 0.0).astype(np.float32)
    return [b"" if np.isnan(row).all() else row.tobytes() for row in rows]
