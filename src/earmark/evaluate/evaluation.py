"""Trains and scores on tracks that are kept apart, and reports the figures."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from earmark.errors import DatasetError
from earmark.model import fit_tags
from earmark.model.folds import artist_folds
from earmark.types import Array, Cluster, Table

from . import metrics

# A tag with fewer true tracks than this among those scored has no AUC worth the name.
_LEAST_TRUE = 5


class Trial(NamedTuple):
    """What one model said of tracks that it had not learnt from."""

    tracks: tuple[str, ...]
    artists: tuple[str, ...]
    tags: tuple[str, ...]
    truth: NDArray[np.bool_]
    log_odds: Array
    probability: Array


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """How well tags are recognised in a dataset, one trial per fold.

    ``tracks_train`` and ``tracks_test`` count the tracks learnt from and scored; with
    folds every track is both. ``artists`` counts the known artists among them,
    ``artists_unknown`` the tracks without one, each a group of its own. ``seconds``
    is what training and scoring took.
    """

    dataset: str
    multiclass: bool
    clusters: tuple[Cluster, ...]
    trials: tuple[Trial, ...]
    tracks_train: int
    tracks_test: int
    artists: int
    artists_unknown: int
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """The figures under the names of the command line's JSON.

        ``roc_auc`` and ``pr_auc`` are means over tags with enough true tracks, and
        for each tag over the folds where it has. ``accuracy``, ``ece`` and
        ``log_loss`` are over all tracks scored; accuracy is of multiclass data alone.
        """
        truth = np.concatenate([trial.truth.ravel() for trial in self.trials])
        probability = np.concatenate([trial.probability.ravel() for trial in self.trials])
        roc_auc = self._by_tag(metrics.roc_auc)
        return {
            "dataset": self.dataset,
            "tags": len(roc_auc),
            "tracks_train": self.tracks_train,
            "tracks_test": self.tracks_test,
            "artists": self.artists,
            "artists_unknown": self.artists_unknown,
            "accuracy": self._accuracy() if self.multiclass else None,
            "roc_auc": metrics.macro(roc_auc),
            "pr_auc": metrics.macro(self._by_tag(metrics.average_precision)),
            "ece": metrics.calibration_error(truth, probability),
            "log_loss": metrics.log_loss(truth, probability),
            "seconds": round(self.seconds, 3),
            "clusters": [asdict(cluster) for cluster in self.clusters],
        }

    def predictions(self) -> Iterator[dict[str, Any]]:
        """Yield what was said of each tag of each track, for paired comparisons."""
        for fold, trial in enumerate(self.trials):
            for n, track in enumerate(trial.tracks):
                for t, tag in enumerate(trial.tags):
                    yield {
                        "track": track,
                        "artist": trial.artists[n],
                        "fold": fold,
                        "tag": tag,
                        "truth": bool(trial.truth[n, t]),
                        "probability": float(trial.probability[n, t]),
                        "logOdds": float(trial.log_odds[n, t]),
                    }

    def _by_tag(self, metric: Callable[[NDArray[np.bool_], Array], float]) -> dict[str, float]:
        """The metric of each tag, as the mean of the trials that can tell."""
        told = defaultdict(list)
        for trial in self.trials:
            true = trial.truth.sum(axis=0)
            for t in np.flatnonzero((true >= _LEAST_TRUE) & (true < len(trial.tracks))):
                told[trial.tags[t]].append(metric(trial.truth[:, t], trial.log_odds[:, t]))
        return {tag: float(np.mean(told[tag])) for tag in sorted(told)}

    def _accuracy(self) -> float:
        sizes = [len(trial.tracks) for trial in self.trials]
        each = [metrics.accuracy(trial.truth, trial.log_odds) for trial in self.trials]
        return float(np.average(each, weights=sizes))


def evaluate(
    table: Table, clusters: tuple[Cluster, ...], *, cv: int | None = None, seed: int = 0
) -> Evaluation:
    """Train on some tracks of a dataset and score others.

    Without ``cv``, the splits of the table say which: train and valid are learnt from
    and test is scored; where there is no test, train is learnt from and valid scored.
    With ``cv``, train and valid together are dealt into that many folds by artist,
    each scored by a model of the others; test stays untouched unless the table holds
    nothing else. Excluded tracks are never used.
    """
    started = time.perf_counter()
    pairs = list(_splits(table) if cv is None else _folds(table, cv, seed))
    trials = tuple(_trial(train, test, clusters, seed) for train, test in pairs)
    seconds = time.perf_counter() - started
    learnt = {track for train, _ in pairs for track in train.tracks}
    scored = {track for _, test in pairs for track in test.tracks}
    artists = [
        artist
        for track, artist in zip(table.tracks, table.artists, strict=True)
        if track in learnt | scored
    ]
    return Evaluation(
        dataset=table.name,
        multiclass=table.multiclass,
        clusters=clusters,
        trials=trials,
        tracks_train=len(learnt),
        tracks_test=len(scored),
        artists=len(set(artists) - {""}),
        artists_unknown=artists.count(""),
        seconds=seconds,
    )


def _splits(table: Table) -> Iterator[tuple[Table, Table]]:
    """Yield the one pair of tables to learn from and to score."""
    if "test" in table.splits:
        train, test = table.split("train", "valid"), table.split("test")
    else:
        train, test = table.split("train"), table.split("valid")
    if not train.tracks or not test.tracks:
        raise DatasetError(
            f"dataset {table.name!r} keeps no tracks apart to learn from and to score: give "
            "tracks.csv train and test rows, or evaluate with --cv 5"
        )
    yield train, test


def _folds(table: Table, cv: int, seed: int) -> Iterator[tuple[Table, Table]]:
    """Yield for each fold the other tracks and its own."""
    rows = table.split("train", "valid")
    if not rows.tracks:
        rows = table.split("test")
    for others, held in artist_folds(rows, cv, seed=seed):
        yield rows.rows(others), rows.rows(held)


def _trial(train: Table, test: Table, clusters: tuple[Cluster, ...], seed: int) -> Trial:
    """Learn from one table and score the other."""
    model = fit_tags(train, clusters, name=train.name, seed=seed, withhold=False)
    log_odds = model.log_odds(test.only(model.features).values)
    return Trial(
        tracks=test.tracks,
        artists=test.artists,
        tags=model.tags,
        truth=test.labels[:, [test.tags.index(tag) for tag in model.tags]],
        log_odds=log_odds,
        probability=model.probabilities(log_odds),
    )
