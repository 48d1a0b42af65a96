"""How well tags are recognised, beside boosted trees, in the same folds by artist.

``EARMARK_DATA`` names the folder with the published tables; the peer needs
``pip install xgboost`` and is set up as in its publication (arXiv 2312.11234).
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from xgboost import XGBClassifier

from benchmarks.results import keep
from earmark.evaluate import metrics
from earmark.model import fit_tags
from earmark.model.folds import artist_folds
from earmark.pipeline.dataset import read
from earmark.pipeline.train import clusters
from earmark.types import Array, Cluster, Table

DATA = Path(os.environ.get("EARMARK_DATA", "../shared/data"))
FOLDS = 5
BOOTSTRAPS = 200
COLUMNS = ("dataset", "model", "tags", "accuracy", "roc_auc", "pr_auc", "seconds", "minus_xgboost")

Predict = Callable[[Table, Table], Array]


def banded(groups: Callable[[tuple[str, ...]], tuple[Cluster, ...]]) -> Predict:
    """Our model with one way to group the features."""

    def predict(train: Table, test: Table) -> Array:
        model = fit_tags(train, groups(train.features), name="bench", withhold=False)
        scores = np.full((len(test.tracks), len(test.tags)), -np.inf)
        order = [test.features.index(feature) for feature in model.features]
        scores[:, [test.tags.index(tag) for tag in model.tags]] = model.log_odds(
            test.values[:, order]
        )
        return scores

    return predict


def one_cluster(features: tuple[str, ...]) -> tuple[Cluster, ...]:
    """All features in one band."""
    return (Cluster("all", "all", features),)


def one_each(features: tuple[str, ...]) -> tuple[Cluster, ...]:
    """Every feature in a band of its own."""
    return tuple(Cluster(feature, feature, (feature,)) for feature in features)


def trees(train: Table, test: Table) -> Array:
    """The published boosted trees: softmax for one tag a track, else one booster a tag."""
    if train.multiclass:
        model = XGBClassifier(max_depth=2, learning_rate=0.3, n_estimators=100, n_jobs=1)
        present = np.flatnonzero(train.labels.any(axis=0))
        target = np.searchsorted(present, train.labels.argmax(axis=1))
        scores = np.full((len(test.tracks), len(test.tags)), -np.inf)
        scores[:, present] = model.fit(train.values, target).predict_proba(test.values)
        return scores
    columns = [_tree(train.values, label, test.values) for label in train.labels.T]
    return np.stack(columns, axis=1)


def _tree(values: Array, label: NDArray[np.bool_], test: Array) -> Array:
    if label.sum() < 1:
        return np.zeros(len(test))
    model = XGBClassifier(
        max_depth=3, learning_rate=0.1, n_estimators=70, gamma=7.5628, min_child_weight=6, n_jobs=1
    )
    return np.asarray(model.fit(values, label).predict_proba(test)[:, 1], np.float64)


MODELS: dict[str, Predict] = {
    "XGBoost, published setup": trees,
    "EM, one cluster": banded(one_cluster),
    "EM, one cluster per feature": banded(one_each),
    "EM, by meaning": banded(clusters),
}


def trials(table: Table) -> Iterator[tuple[Table, Table]]:
    """Train and test of every fold, none of whose artists are in both."""
    rows = table.split("train", "valid")
    for others, held in artist_folds(rows, FOLDS, seed=0):
        yield rows.rows(others), rows.rows(held)


def measure(table: Table) -> Iterator[dict[str, Any]]:
    """Yield the figures of every model in the same folds."""
    folds = list(trials(table))
    found = {}
    for name, predict in MODELS.items():
        start = time.process_time()
        found[name] = [predict(train, test) for train, test in folds]
        figures = _figures(folds, found[name]) | {"seconds": time.process_time() - start}
        difference = _difference(folds, found[name], found["XGBoost, published setup"])
        yield {"dataset": table.name, "model": name, **figures, "minus_xgboost": difference}


def _figures(folds: list[tuple[Table, Table]], scores: list[Array]) -> dict[str, Any]:
    roc: dict[str, list[float]] = {}
    pr: dict[str, list[float]] = {}
    for (train, test), score in zip(folds, scores, strict=True):
        for t in _judged(train, test):
            truth, tag = test.labels[:, t], test.tags[t]
            roc.setdefault(tag, []).append(metrics.roc_auc(truth, score[:, t]))
            pr.setdefault(tag, []).append(metrics.average_precision(truth, score[:, t]))
    figures: dict[str, Any] = {"tags": len(roc)}
    if folds[0][0].multiclass:
        figures["accuracy"] = float(np.concatenate(_right(folds, scores)).mean())
    figures["roc_auc"] = float(np.mean([np.mean(values) for values in roc.values()]))
    figures["pr_auc"] = float(np.mean([np.mean(values) for values in pr.values()]))
    return figures


def _right(folds: list[tuple[Table, Table]], scores: list[Array]) -> list[NDArray[np.bool_]]:
    return [
        score.argmax(axis=1) == test.labels.argmax(axis=1)
        for (_, test), score in zip(folds, scores, strict=True)
    ]


def _difference(folds: list[tuple[Table, Table]], ours: list[Array], peer: list[Array]) -> str:
    """Accuracy, or mean ROC-AUC, minus the peer's; with 95 % of an artist bootstrap."""
    if ours is peer:
        return ""
    rng = np.random.default_rng(0)
    everyone = [np.arange(len(test.tracks)) for _, test in folds]
    gain = _headline(folds, ours, everyone) - _headline(folds, peer, everyone)
    gains = []
    for _ in range(BOOTSTRAPS):
        drawn = [_drawn(test, rng) for _, test in folds]
        gains.append(_headline(folds, ours, drawn) - _headline(folds, peer, drawn))
    low, high = np.percentile(gains, [2.5, 97.5])
    return f"{gain:+.4f} ({low:+.4f} to {high:+.4f})"


def _drawn(table: Table, rng: np.random.Generator) -> NDArray[np.intp]:
    """Rows of as many artists as there are, drawn with replacement."""
    names = np.array([a or f"track {t}" for a, t in zip(table.artists, table.tracks, strict=True)])
    _, group = np.unique(names, return_inverse=True)
    artists = rng.integers(group.max() + 1, size=group.max() + 1)
    return np.concatenate([np.flatnonzero(group == artist) for artist in artists])


def _headline(
    folds: list[tuple[Table, Table]], scores: list[Array], drawn: list[NDArray[np.intp]]
) -> float:
    """The figure that the table compares, on the rows drawn of each fold."""
    if folds[0][0].multiclass:
        right = _right(folds, scores)
        return float(np.mean(np.concatenate([r[d] for r, d in zip(right, drawn, strict=True)])))
    told: dict[str, list[float]] = {}
    for (train, test), score, rows in zip(folds, scores, drawn, strict=True):
        for t in _judged(train, test):
            truth = test.labels[rows, t]
            if truth.any() and not truth.all():
                told.setdefault(test.tags[t], []).append(metrics.roc_auc(truth, score[rows, t]))
    return float(np.mean([np.mean(values) for values in told.values()]))


def _judged(train: Table, test: Table) -> NDArray[np.intp]:
    """The tags with enough true tracks on both sides."""
    enough = (train.labels.sum(axis=0) >= 10) & (test.labels.sum(axis=0) >= 5)
    return np.flatnonzero(enough)


def main() -> None:
    """Measure on every published table."""
    rows = [
        row
        for name in ("gtzan-perceptual", "jamendo-perceptual", "emotions")
        for row in measure(read(DATA / name))
    ]
    keep(
        "accuracy",
        f"Accuracy and AUC on train and valid rows, {FOLDS} folds by artist, without `Length`. "
        "Tags with at least 10 true tracks in training and 5 in test. CPU seconds for all folds. "
        "Only twelve of the published columns have a concept so far; the others form one cluster.",
        COLUMNS,
        rows,
    )


if __name__ == "__main__":
    main()
