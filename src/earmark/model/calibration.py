"""Turns cross-fitted scores into log-odds that mean what they say.

``u``  tracks x tags, scores of tracks that the weights were not fitted on
``a``  slope, never below 0     ``b``  offset     ``z``  log-odds, a u + b
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_softmax, logit, logsumexp, softmax

from earmark.types import Array

from .judgement import NINETY_PERCENT


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Slope and offset of each tag, and the least slope that its own tracks allow.

    ``least_slopes`` are the lower ends of 90 % intervals. Where one is not above 0,
    the scores may say nothing of the tag.
    """

    slopes: Array
    offsets: Array
    least_slopes: Array


def calibrate_each(u: Array, labels: NDArray[np.bool_]) -> Calibration:
    """A logistic regression on each tag's score, for tags that may co-occur.

    Positives and negatives aim a little short of 1 and 0, so that a score which
    separates them keeps a finite slope [1]_. The slope of a tag with few tracks is
    drawn towards that of all tags, by as much as it is uncertain [2]_. A score that
    misleads even so gets the slope 0: the tag then has its base rate everywhere.

    References
    ----------
    .. [1] J. Platt, "Probabilistic outputs for support vector machines", 1999.
    .. [2] R. DerSimonian, N. Laird, "Meta-analysis in clinical trials", Controlled
       Clinical Trials, 1986.

    Examples
    --------
    >>> u = np.linspace(-3, 3, 1000)[:, None]
    >>> labels = np.random.default_rng(0).random((1000, 1)) < expit(2 * u - 1)
    >>> found = calibrate_each(u, labels)
    >>> found.slopes.round(), found.offsets.round()
    (array([2.]), array([-1.]))
    """
    with_tag = labels.sum(axis=0)
    high, low = (with_tag + 1) / (with_tag + 2), 1 / (len(labels) - with_tag + 2)
    target = np.where(labels, high, low)
    tags = range(labels.shape[1])
    alone = np.array([_logistic(u[:, t], target[:, t]) for t in tags])
    deviation = np.array([_slope_deviation(u[:, t], *alone[t]) for t in tags])
    slopes = np.maximum(_drawn_together(alone[:, 0], deviation), 0.0)
    offsets = [_logistic(u[:, t], target[:, t], slope=slopes[t])[1] for t in tags]
    return Calibration(slopes, np.array(offsets), alone[:, 0] - NINETY_PERCENT * deviation)


def calibrate_together(u: Array, labels: NDArray[np.bool_]) -> Calibration:
    """A softmax regression with one slope for all, for tags that exclude each other.

    The labels count as if each tag had one track more whose score is unknown. The
    offsets are log-probabilities at score 0: their exponentials sum to 1.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> u = rng.standard_normal((1000, 3))
    >>> heard = (2 * u + rng.gumbel(size=u.shape)).argmax(axis=1)
    >>> found = calibrate_together(u, heard[:, None] == np.arange(3))
    >>> found.slopes.round(), np.exp(found.offsets).sum().round(6).item()
    (array([2., 2., 2.]), 1.0)
    """
    n, tags = labels.shape
    target = (labels * n + 1) / (n + tags)

    def loss(theta: Array) -> tuple[float, Array]:
        log_p = log_softmax(theta[0] * u + theta[1:], axis=1)
        miss = np.exp(log_p) - target
        return -(target * log_p).sum() / n, np.append((miss * u).sum(), miss.sum(axis=0)) / n

    start = np.append(0.0, np.log(target.mean(axis=0)))
    a, *offsets = _least(loss, start, first=(0, None))
    least = a - NINETY_PERCENT * _shared_slope_deviation(u, softmax(a * u + offsets, axis=1))
    b = np.array(offsets) - logsumexp(offsets)
    return Calibration(np.full(tags, a), b, np.full(tags, least))


def best_f1_thresholds(z: Array, labels: NDArray[np.bool_]) -> Array:
    """For each tag the log-odds at which accepting has the best F1 score.

    F1 is the harmonic mean of how many accepted tracks have the tag and how many
    tracks with the tag are accepted.

    >>> z = np.array([[-2.0], [-1.0], [1.0], [2.0]])
    >>> best_f1_thresholds(z, np.array([[False], [False], [True], [True]]))
    array([0.])
    """
    order = np.argsort(-z, axis=0, kind="stable")
    falling = np.take_along_axis(z, order, axis=0)
    hits = np.take_along_axis(labels, order, axis=0).cumsum(axis=0)
    accepted = np.arange(1, len(z) + 1)[:, None]
    f1 = 2 * hits / (accepted + labels.sum(axis=0))
    following = np.vstack([falling[1:], falling[-1:]])
    # Equal scores are accepted together: only the last of them can be the cut.
    f1[:-1][falling[:-1] == following[:-1]] = -1
    best = f1.argmax(axis=0)[None, :]
    between = (falling + following) / 2
    return np.asarray(np.take_along_axis(between, best, axis=0)[0], np.float64)


def _logistic(u: Array, target: Array, slope: float | None = None) -> Array:
    """Slope and offset that fit one tag, or the offset for a given slope."""

    def loss(theta: Array) -> tuple[float, Array]:
        z = theta[0] * u + theta[1]
        miss = expit(z) - target
        return (np.logaddexp(0, z) - target * z).mean(), np.array([miss @ u, miss.sum()]) / len(u)

    start = np.array([slope or 0.0, logit(target.mean())])
    return _least(loss, start, first=(slope, slope))


def _slope_deviation(u: Array, a: float, b: float) -> float:
    """Standard deviation of a slope, once the offset has taken its part."""
    weight = expit(a * u + b) * expit(-a * u - b)
    information = weight @ (u - weight @ u / weight.sum()) ** 2
    return float(1 / np.sqrt(information)) if information > 0 else np.inf


def _shared_slope_deviation(u: Array, p: Array) -> float:
    """Standard deviation of the slope of a softmax, once the offsets have taken theirs."""
    apart = u - (p * u).sum(axis=1, keepdims=True)
    of_offsets = np.diag(p.sum(axis=0)) - p.T @ p
    shared = (p * apart).sum(axis=0)
    information = (p * apart**2).sum() - shared @ np.linalg.pinv(of_offsets) @ shared
    return float(1 / np.sqrt(information)) if information > 0 else np.inf


def _drawn_together(slopes: Array, deviation: Array) -> Array:
    """The slopes, each drawn towards their mean by as much as it is uncertain."""
    weight = 1 / deviation**2
    if np.count_nonzero(weight) < 2:
        return slopes
    mean = weight @ slopes / weight.sum()
    surplus = weight @ (slopes - mean) ** 2 - (np.count_nonzero(weight) - 1)
    spread = max(surplus / (weight.sum() - weight @ weight / weight.sum()), 0.0)
    return np.asarray(mean + (slopes - mean) * spread / (spread + deviation**2))


def _least(
    loss: Callable[[Array], tuple[float, Array]],
    start: Array,
    *,
    first: tuple[float | None, float | None],
) -> Array:
    """Where the loss is least, with the first parameter within bounds."""
    bounds = [first] + [(None, None)] * (len(start) - 1)
    options = {"ftol": 1e-13, "gtol": 1e-8, "maxiter": 500}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    return np.asarray(found.x)
