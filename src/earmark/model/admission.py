"""Says what of a table can be learnt from, and refuses the rest in sentences."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from earmark.errors import ModelError
from earmark.types import Cluster, Table

# With fewer tracks than this on either side, a tag is left out.
_LEAST_TRACKS = 10
# Facts of the file and not of the music: how clips were cut gives some genres away.
_FILE_FACTS = frozenset({"length"})


def admitted_features(table: Table, clusters: tuple[Cluster, ...]) -> tuple[str, ...]:
    """The features of the clusters in order, all and only those of the table."""
    features = tuple(feature for cluster in clusters for feature in cluster.features)
    for feature in sorted(_FILE_FACTS & set(features)):
        raise ModelError(
            f"{feature!r} cannot be a feature: it says how the file was cut, not how the music "
            "sounds, and so gives away tags that nobody hears; leave it out"
        )
    for cluster in clusters:
        if not cluster.features:
            raise ModelError(f"cluster {cluster.notation!r} has no features: leave it out")
    if len(set(features)) < len(features):
        twice = sorted({feature for feature in features if features.count(feature) > 1})
        raise ModelError(f"in more than one cluster: {', '.join(twice)}; keep each in one")
    if differing := sorted(set(features) ^ set(table.features)):
        raise ModelError(
            f"clusters and dataset {table.name!r} should have the same features, but only one "
            f"side has {', '.join(differing)}"
        )
    infinite = np.flatnonzero(np.isinf(table.values).any(axis=0))
    if len(infinite):
        named = ", ".join(table.features[j] for j in infinite)
        raise ModelError(f"dataset {table.name!r} has infinite values of {named}: leave them empty")
    return features


def admitted_rows(table: Table) -> tuple[Table, tuple[str, ...]]:
    """The table with the tags that have enough examples, and a remark on the others."""
    if table.multiclass and (table.labels.sum(axis=1) > 1).any():
        track = table.tracks[int(table.labels.sum(axis=1).argmax())]
        raise ModelError(f"dataset {table.name!r} allows a track one tag; {track!r} has more")
    with_tag = table.labels.sum(axis=0)
    enough = np.minimum(with_tag, len(table.tracks) - with_tag) >= _LEAST_TRACKS
    needed = 2 if table.multiclass else 1
    if enough.sum() < needed:
        raise ModelError(
            f"dataset {table.name!r} has {enough.sum()} tags with {_LEAST_TRACKS} tracks that "
            f"have it and {_LEAST_TRACKS} that do not; at least {needed} must be to learn from"
        )
    remarks = naming(table.tags, ~enough, "left out for want of examples")
    kept = replace(table, tags=chosen(table.tags, enough), labels=table.labels[:, enough])
    tagged = np.flatnonzero(kept.labels.any(axis=1))
    return (kept.rows(tagged) if table.multiclass else kept), remarks


def chosen(tags: tuple[str, ...], which: NDArray[np.bool_]) -> tuple[str, ...]:
    """The tags that a mask keeps.

    >>> chosen(("genre/blues", "genre/pop"), np.array([False, True]))
    ('genre/pop',)
    """
    return tuple(tag for tag, kept in zip(tags, which, strict=True) if kept)


def naming(tags: tuple[str, ...], which: NDArray[np.bool_], what: str) -> tuple[str, ...]:
    """One remark that says what befell the tags of a mask; none if there are none.

    >>> naming(("genre/blues", "genre/pop"), np.array([False, True]), "left out")
    ('1 of 2 tags left out: genre/pop',)
    """
    named = chosen(tags, which)
    return (f"{len(named)} of {len(tags)} tags {what}: {', '.join(named)}",) if named else ()
