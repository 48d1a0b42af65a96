"""Learns a model from a table of tracks and tags."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from itertools import pairwise
from operator import add

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from earmark.errors import ModelError
from earmark.types import Array, Cluster, Table

from .admission import admitted_features, admitted_rows, naming
from .basis import BASES, Basis
from .calibration import Calibration, best_f1_thresholds, calibrate_each, calibrate_together
from .em import Fit, climb
from .folds import Folds, artist_folds, artist_groups
from .moments import Moments
from .tag_model import TagModel

_FOLDS = 5


def fit_tags(
    table: Table,
    clusters: tuple[Cluster, ...],
    *,
    name: str,
    seed: int = 0,
    withhold: bool = True,
) -> TagModel:
    """Weigh clusters of features for every tag of a table.

    The weights are the EM-banded ridge regression of the labels, a band for each
    cluster and basis, its variance shared by all tags. They become log-odds by a
    calibration on scores of tracks that were held out, fold by fold, together with
    all tracks of their artist. The final weights are fitted on all tracks.

    Parameters
    ----------
    table
        Every row is learnt from, whatever its split.
    clusters
        Groups of the table's features, each feature in exactly one.
    name
        What the model is to be called.
    seed
        Of the folds. The same table, clusters and seed give the same model.
    withhold
        Whether tags whose scores may say nothing, as the 90 % interval of their slope
        reaches 0, are not offered. An evaluation keeps them, or it would flatter.
    """
    features = admitted_features(table, clusters)
    table, left_out = admitted_rows(table)
    values = table.only(features).values
    basis = Basis.fit(values, features)
    columns = basis.expand(values).reshape(len(values), -1)
    folds, unfolded = _folds(table, seed)
    # Matrices this small are done before a second thread has started, and several
    # threads that wait for each other cost five times the time of one.
    with threadpool_limits(1, user_api="blas"):
        fit, moments, u = _cross_fitted(columns, table.labels, _bands(clusters), folds)
        calibrate = calibrate_together if table.multiclass else calibrate_each
        calibration = calibrate(u, table.labels)
    effects = fit.coefficients * calibration.slopes
    model = TagModel(
        name=name,
        dataset=table.name,
        licence=table.licence,
        seed=seed,
        multiclass=table.multiclass,
        clusters=clusters,
        tags=table.tags,
        procedures={f: table.procedures.get(f, f"{table.name}:{f}") for f in features},
        remarks=left_out + unfolded,
        basis=basis,
        weights=fit.coefficients.reshape(len(features), len(BASES), -1),
        covariance=fit.covariance,
        slopes=calibration.slopes,
        base_rates=calibration.offsets.round(6),
        thresholds=_thresholds(calibration, u, table),
        share_deviations=_deviations(effects, moments, [1] * len(features)),
        cluster_deviations=_deviations(effects, moments, _sizes(clusters)),
    )
    return _offering(model, calibration.least_slopes > 0) if withhold else model


def _folds(table: Table, seed: int) -> tuple[Folds, tuple[str, ...]]:
    """Folds by artist, or by track where all tracks hang together, with a remark."""
    groups = int(artist_groups(table).max()) + 1
    if groups > 1:
        return artist_folds(table, min(_FOLDS, groups), seed=seed), ()
    remark = (
        "all tracks are by one artist: the calibration holds for unseen tracks of this artist, "
        "and is too sure of others"
    )
    by_track = Folds(np.arange(len(table.tracks)) % _FOLDS, groups=1, artists=1, unknown=0)
    return by_track, (remark,)


def _sizes(clusters: tuple[Cluster, ...]) -> list[int]:
    return [len(cluster.features) for cluster in clusters]


def _bands(clusters: tuple[Cluster, ...]) -> NDArray[np.intp]:
    """For each column the number of its band: a cluster in one basis."""
    cluster = np.repeat(np.arange(len(clusters)), _sizes(clusters))
    return np.add.outer(len(BASES) * cluster, np.arange(len(BASES))).ravel()


def _cross_fitted(
    columns: Array, labels: NDArray[np.bool_], band: NDArray[np.intp], folds: Folds
) -> tuple[Fit, Moments, Array]:
    """The fit to all tracks, their moments, and each track's score when held out."""
    targets = labels.astype(np.float64)
    parts = [Moments.of(columns[held], targets[held]) for _, held in folds]
    u = np.empty_like(targets)
    for fold, (_, held) in enumerate(folds):
        others = reduce(add, parts[:fold] + parts[fold + 1 :])
        u[held] = columns[held] @ climb(others, band).coefficients
    whole = reduce(add, parts)
    return climb(whole, band), whole, u


def _thresholds(calibration: Calibration, u: Array, table: Table) -> Array:
    """Log-odds with the best F1 among tracks held out; none where the best tag wins."""
    if table.multiclass:
        return np.empty(0)
    z = calibration.slopes * u + calibration.offsets
    return best_f1_thresholds(z, table.labels).round(6)


def _deviations(effects: Array, moments: Moments, sizes: Sequence[int]) -> Array:
    """Standard deviation over the training tracks of what groups of features add.

    Groups are of neighbouring features and given by their sizes; the result is groups
    x tags, in log-odds when the effects of the columns are.
    """
    edges = len(BASES) * np.cumsum([0, *sizes])
    variance = np.empty((len(sizes), effects.shape[1]))
    for group, (start, stop) in enumerate(pairwise(edges)):
        mine = effects[start:stop]
        variance[group] = ((moments.xx[start:stop, start:stop] @ mine) * mine).sum(axis=0)
    return np.sqrt(np.maximum(variance, 0) / moments.n)


def _offering(model: TagModel, offered: NDArray[np.bool_]) -> TagModel:
    """The model without the tags whose scores may say nothing."""
    if not offered.any():
        raise ModelError(
            f"nothing in dataset {model.dataset!r} tells its tags apart on unseen artists: "
            "more tracks or other features are needed"
        )
    remarks = naming(model.tags, ~offered, "not offered, as their scores may say nothing")
    return replace(model.only(offered), remarks=model.remarks + remarks)
