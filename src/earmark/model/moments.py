"""Sums over tracks that are all a linear model needs, and that can be added.

``n``   rows (tracks)             ``x``, ``y``   means of columns and of targets
``xx``  X'X  ``xy``  X'Y  ``yy``  the diagonal of Y'Y, all about the means
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from earmark.types import Array


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Count, means and second moments about the means of paired rows X and Y.

    Moments of two parts add up to the moments of the whole, so data may stream or
    be spread over machines, and a fold is left out by adding up the others.
    """

    n: int
    x: Array
    y: Array
    xx: Array
    xy: Array
    yy: Array

    @classmethod
    def of(cls, X: Array, Y: Array) -> Self:
        """Moments of rows; X is tracks x columns, Y is tracks x targets."""
        x, y = X.mean(axis=0), Y.mean(axis=0)
        dX, dY = X - x, Y - y
        return cls(len(X), x, y, dX.T @ dX, dX.T @ dY, (dY**2).sum(axis=0))

    def __add__(self, other: Self) -> Self:
        """Moments of both parts together.

        The means meet in between, and each second moment gains what the parts'
        distance adds [1]_. Sums about zero would add up more simply, and lose all
        digits of a column whose mean is large beside its spread.

        References
        ----------
        .. [1] T. Chan, G. Golub, R. LeVeque, "Updating formulae and a pairwise
           algorithm for computing sample variances", COMPSTAT, 1982.

        Examples
        --------
        >>> X, Y = np.array([[1.0], [2.0], [6.0]]), np.array([[0.0], [1.0], [1.0]])
        >>> both = Moments.of(X[:1], Y[:1]) + Moments.of(X[1:], Y[1:])
        >>> both.n, both.x.item(), both.xx.item()
        (3, 3.0, 14.0)
        """
        n = self.n + other.n
        dx, dy = other.x - self.x, other.y - self.y
        weight = self.n * other.n / n
        return type(self)(
            n,
            self.x + dx * (other.n / n),
            self.y + dy * (other.n / n),
            self.xx + other.xx + weight * np.outer(dx, dx),
            self.xy + other.xy + weight * np.outer(dx, dy),
            self.yy + other.yy + weight * dy**2,
        )

    def target(self, p: int) -> Self:
        """The same moments with one target only."""
        only = slice(p, p + 1)
        return type(self)(self.n, self.x, self.y[only], self.xx, self.xy[:, only], self.yy[only])
