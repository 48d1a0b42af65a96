"""Figures of merit for tags, from truths and scores.

``truth`` is boolean and ``score`` rises with belief; both are per track, or tracks x
tags where said. Equal scores count as undecided, never as lucky.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from earmark.types import Array

Truth = NDArray[np.bool_]


def roc_auc(truth: Truth, score: Array) -> float:
    """How often a track with the tag scores above one without it.

    The area under the ROC curve as the Mann-Whitney statistic [1]_: 1 for a perfect
    ranking, 0.5 for chance. It needs tracks of both kinds.

    References
    ----------
    .. [1] J. Hanley, B. McNeil, "The meaning and use of the area under a receiver
       operating characteristic (ROC) curve", Radiology, 1982.

    Examples
    --------
    >>> roc_auc(np.array([False, True, True]), np.array([0.1, 0.1, 0.9]))
    0.75
    """
    _, place, ties = np.unique(score, return_inverse=True, return_counts=True)
    rank = ties.cumsum() - (ties - 1) / 2
    with_tag = int(truth.sum())
    surplus = rank[place][truth].sum() - with_tag * (with_tag + 1) / 2
    return float(surplus / (with_tag * (len(truth) - with_tag)))


def average_precision(truth: Truth, score: Array) -> float:
    """The mean of the precision at each track with the tag, best score first.

    The area under the precision-recall curve without interpolation: 1 for a perfect
    ranking, about the tag's prevalence for chance. Tracks of equal score are accepted
    together.

    >>> round(average_precision(np.array([True, False, True]), np.array([0.9, 0.5, 0.1])), 3)
    0.833
    """
    order = np.argsort(-score, kind="stable")
    last = np.append(np.diff(score[order]) != 0, True)
    hits = truth[order].cumsum()[last]
    accepted = np.arange(1, len(truth) + 1)[last]
    found = np.diff(hits, prepend=0)
    return float((found * hits / accepted).sum() / hits[-1])


def accuracy(truth: Truth, score: Array) -> float:
    """The share of tracks whose best tag is a true one; arguments are tracks x tags."""
    return float(truth[np.arange(len(truth)), score.argmax(axis=1)].mean())


def calibration_error(truth: Truth, probability: Array, *, bins: int = 15) -> float:
    """How far probabilities are from frequencies, on average.

    The expected calibration error over bins of equal mass, all tags together [1]_:
    0 when of the tags given 30 % just 30 % are true. A constant that equals the
    prevalence of all tags together has none either, so read it beside the log-loss.

    References
    ----------
    .. [1] K. Nguyen, B. O'Connor, "Posterior calibration and exploratory analysis for
       natural language processing models", EMNLP, 2015.
    """
    order = np.argsort(probability, axis=None, kind="stable")
    surprise = (probability.ravel() - truth.ravel())[order]
    return float(sum(abs(part.sum()) for part in np.array_split(surprise, bins)) / len(order))


def log_loss(truth: Truth, probability: Array) -> float:
    """The mean surprise at each tag of each track, in nats.

    >>> round(log_loss(np.array([[True, False]]), np.array([[0.5, 0.5]])), 3)
    0.693
    """
    likelihood = np.where(truth, probability, 1 - probability)
    return float(-np.log(np.maximum(likelihood, np.finfo(np.float64).eps)).mean())


def macro(by_tag: Mapping[str, float]) -> dict[str, float | None]:
    """The mean over all tags, and over those of each prefix such as ``genre``.

    Without any tag the mean over all is None.

    >>> macro({"genre/pop": 0.25, "genre/jazz": 0.75, "calm": 0.5})
    {'all': 0.5, 'genre': 0.5}
    """
    groups: dict[str, list[float]] = {"all": list(by_tag.values())}
    for tag, value in by_tag.items():
        prefix, slash, _ = tag.partition("/")
        if slash:
            groups.setdefault(prefix, []).append(value)
    return {name: float(np.mean(values)) if values else None for name, values in groups.items()}
