"""Writes weighed arrays out as judgements with their reasons."""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from earmark.types import Array, Cluster, Contribution, Decision, Share, TagScore

# Log-odds as whole millionths add up without error, in any order.
Millionths = NDArray[np.int64]
# Standard deviations on either side of the mean that hold 90 % of a normal distribution.
NINETY_PERCENT = 1.6448536269514722


def in_millionths(log_odds: Array) -> Millionths:
    """Log-odds rounded to six decimals.

    >>> in_millionths(np.array([0.25, -1e-9]))
    array([250000,      0])
    """
    return np.rint(log_odds * 1e6).astype(np.int64)


class Weighed(NamedTuple):
    """Tracks that a model has weighed.

    ``values`` and ``ranks`` are tracks x features, NaN where unknown; ``shares`` is
    tracks x features x tags, ``contributions`` tracks x clusters x tags, the rest
    tracks x tags.
    """

    values: Array
    ranks: Array
    shares: Millionths
    contributions: Millionths
    log_odds: Millionths
    half_widths: Millionths
    thresholds: Millionths
    probabilities: Array


def judgements(
    weighed: Weighed,
    *,
    base_rates: list[float],
    clusters: tuple[Cluster, ...],
    tags: tuple[str, ...],
) -> Iterator[tuple[TagScore, ...]]:
    """Yield for each track its score of every tag."""
    values, ranks = _or_none(weighed.values), _or_none(weighed.ranks.round(4))
    shares = _decimals(weighed.shares.swapaxes(1, 2))
    contributions = _decimals(weighed.contributions.swapaxes(1, 2))
    log_odds, thresholds = _decimals(weighed.log_odds), _decimals(weighed.thresholds)
    low = _decimals(weighed.log_odds - weighed.half_widths)
    high = _decimals(weighed.log_odds + weighed.half_widths)
    accepted = (weighed.log_odds >= weighed.thresholds).tolist()
    probabilities = weighed.probabilities.round(6).tolist()
    for n in range(len(values)):
        yield tuple(
            TagScore(
                tag=tag,
                log_odds=log_odds[n][t],
                probability=probabilities[n][t],
                low=low[n][t],
                high=high[n][t],
                threshold=thresholds[n][t],
                decision=Decision.ACCEPTED if accepted[n][t] else Decision.REJECTED,
                base_rate=base_rates[t],
                contributions=tuple(
                    _contributions(clusters, contributions[n][t], values[n], shares[n][t], ranks[n])
                ),
            )
            for t, tag in enumerate(tags)
        )


def _contributions(
    clusters: tuple[Cluster, ...],
    contributions: list[float],
    *of_features: list[Any],
) -> Iterator[Contribution]:
    """Yield each cluster's contribution with the shares of its features."""
    stop = 0
    for cluster, contribution in zip(clusters, contributions, strict=True):
        start, stop = stop, stop + len(cluster.features)
        columns = (column[start:stop] for column in of_features)
        shares = tuple(map(Share, cluster.features, *columns))
        yield Contribution(cluster.notation, contribution, shares)


def _decimals(millionths: Millionths) -> list[Any]:
    """Nested lists of log-odds, each the number nearest to its six decimals."""
    nested: list[Any] = (millionths / 1e6).tolist()
    return nested


def _or_none(array: Array) -> list[list[float | None]]:
    """Nested lists with None for NaN."""
    return [[None if math.isnan(x) else x for x in row] for row in array.tolist()]
