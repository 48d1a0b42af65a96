"""Reads a dataset back from the graph as the table that it was written from."""

import hashlib
import math
from collections.abc import Iterator

import numpy as np

from earmark.errors import DatasetError
from earmark.types import Heard, Observation, Table

from .build.datasets import row_track
from .queries import (
    DatasetNameRow,
    DatasetRow,
    DatasetTagRow,
    DatasetTrackRow,
    FeatureRow,
    LabelRow,
    ValueRow,
)
from .store import Store

_NOT_GIVEN = "the dataset gives no value"


def heard(table: Table) -> Iterator[Heard]:
    """The rows of a table as if each track had been listened to.

    Nobody says how long these tracks are, so every observation is of the whole track,
    whose end is unknown. The version is a digest of the procedures.
    """
    procedures = "\n".join(sorted(table.procedures.values()))
    version = hashlib.sha256(procedures.encode()).hexdigest()[:8]
    for track, values in zip(table.tracks, table.values, strict=True):
        observations = tuple(
            _observation(feature, value, table.procedures[feature])
            for feature, value in zip(table.features, values.tolist(), strict=True)
        )
        yield Heard(row_track(table.name, track), math.nan, version, observations)


def _observation(feature: str, value: float, procedure: str) -> Observation:
    if math.isnan(value):
        return Observation(feature, None, 0.0, math.nan, procedure, _NOT_GIVEN)
    return Observation(feature, value, 0.0, math.nan, procedure)


def names(store: Store) -> list[str]:
    """The datasets that the store knows."""
    return [row.name for row in store.rows("datasets", DatasetNameRow)]


def table(store: Store, dataset: str) -> Table:
    """The dataset of that name, as the store knows it."""
    node = store.names.dataset(dataset)
    about = store.rows("training_dataset", DatasetRow, dataset=node)
    if not about:
        raise DatasetError(f"the store knows no dataset {dataset!r}: import it, or check the name")
    features = store.rows("training_features", FeatureRow, dataset=node)
    tracks = store.rows("training_tracks", DatasetTrackRow, dataset=node)
    tags = store.rows("training_tags", DatasetTagRow, dataset=node)
    column = {row.feature: i for i, row in enumerate(features)}
    place = {row.track: i for i, row in enumerate(tracks)}
    tag_place = {row.tag: i for i, row in enumerate(tags)}
    values = np.full((len(tracks), len(features)), np.nan)
    procedures = {row.feature: row.procedure for row in features}
    for seen in store.rows("training_table", ValueRow, dataset=node):
        # The same track may also have been heard by procedures other than the dataset's.
        if procedures.get(seen.feature) == seen.procedure:
            values[place[seen.track], column[seen.feature]] = seen.value
    labels = np.zeros((len(tracks), len(tags)), bool)
    for label in store.rows("training_labels", LabelRow, dataset=node):
        labels[place[label.track], tag_place[label.tag]] = True
    return Table(
        name=about[0].name,
        tracks=tuple(place),
        features=tuple(column),
        values=values,
        tags=tuple(tag_place),
        labels=labels,
        multiclass=about[0].multiclass,
        artists=tuple(row.artist or "" for row in tracks),
        splits=tuple(row.split for row in tracks),
        procedures={f: store.names.procedure_of(iri) for f, iri in procedures.items()},
        licence=about[0].licence,
        source=about[0].source,
    )
