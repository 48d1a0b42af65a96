"""Turns each feature into the two centred columns that the model weighs."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import ndtri

from earmark.errors import ModelError
from earmark.types import Array

BASES = ("standardised", "quantile-normal")
# Beyond these many deviations a value is heard as extreme, and not as more so.
_STANDARDISED_LIMIT = 4.0
_NORMAL_LIMIT = 2.5


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """What the training tracks looked like, feature by feature.

    ``percentiles`` is 101 x features, from the least value to the greatest;
    ``mean`` and ``deviation`` are per feature (a deviation of 0: constant);
    ``centre`` is features x bases, the training mean of each column.
    """

    percentiles: Array
    mean: Array
    deviation: Array
    centre: Array

    @classmethod
    def fit(cls, values: Array, features: tuple[str, ...]) -> Self:
        """The basis of tracks x features, NaN where unknown."""
        for j in np.flatnonzero(np.isnan(values).all(axis=0)):
            raise ModelError(
                f"feature {features[j]!r} is unknown for every training track: leave it out"
            )
        mean, deviation = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
        percentiles = np.nanpercentile(values, np.arange(101), axis=0)
        # A sum of equal numbers may miss their mean by a bit, and leave a spread of dust.
        deviation[percentiles[0] == percentiles[-1]] = 0.0
        uncentred = cls(percentiles, mean, deviation, np.zeros((len(mean), len(BASES))))
        centre = np.nanmean(uncentred._columns(values), axis=0)
        return cls(percentiles, mean, deviation, centre)

    def rank(self, values: Array) -> Array:
        """The share of training tracks below each value, 0 to 1; NaN stays NaN.

        Values that many tracks have in common (a progression that never occurs) rank
        in the middle of those tracks.

        >>> Basis.fit(np.array([[0.0], [0.0], [1.0]]), ("f",)).rank(np.array([[0.0], [2.0]]))
        array([[0.25],
               [1.  ]])
        """
        grid = np.linspace(0, 1, len(self.percentiles))
        ranks = np.empty_like(values)
        for j, nodes in enumerate(self.percentiles.T):
            below = np.interp(values[:, j], nodes, grid)
            above = np.interp(-values[:, j], -nodes[::-1], grid)
            ranks[:, j] = (below + 1 - above) / 2
        return ranks

    def expand(self, values: Array) -> Array:
        """Centred columns, tracks x features x bases; 0 where unknown or constant."""
        return np.nan_to_num(self._columns(values) - self.centre)

    def _columns(self, values: Array) -> Array:
        varies = self.deviation > 0
        spread = np.where(varies, self.deviation, 1.0)
        standardised = np.clip(
            (values - self.mean) / spread, -_STANDARDISED_LIMIT, _STANDARDISED_LIMIT
        )
        normal = np.clip(ndtri(self.rank(values)), -_NORMAL_LIMIT, _NORMAL_LIMIT)
        return np.stack([standardised, normal], axis=2) * varies[:, None]
