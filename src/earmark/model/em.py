"""Climbs the evidence for the variances of bands of coefficients.

Targets are linear in the columns, and the columns come in bands that share a prior
variance. Expectation-maximisation finds the variances [1]_: a band that helps is left
free, one that does not is shrunk.

``X``  n x D, columns         ``Y``  n x P, targets; centred, Y of variance 1
``v``  prior variance of the coefficients, per band    ``V``  the same per column
``s``  variance of the noise  ``h``  parameter of the inverse-gamma priors on v and s
``M``  D x P, posterior mean  ``S``  D x D, posterior covariance, one for all targets
``R``  r x D with R'R = X'X   ``Z``  r x P with R'Z = X'Y, where r is the rank of X
``L``  L L' = R V R' + s I    ``T``  L^-1 R V^(1/2)          ``U``  L^-1 Z

R and Z come from the moments alone and have no more rows than X has rows or columns,
so one formula serves tall and wide data:

    M = V^(1/2) T'U           S = V^(1/2) (I - T'T) V^(1/2)
    tr(X'X S) = s |T|^2       |Y - XM|^2 = rest + s^2 |L'^-1 U|^2
    tr(Y'(X V X' + s I)^-1 Y) = rest / s + |U|^2

with rest = |Y|^2 - |Z|^2, what no column reaches. These are sums of squares, so that
nothing cancels when a fit is nearly exact or a band dies.

References
----------
.. [1] S. Fuglsang et al., "Expectation-maximization for banded ridge regression",
   Imaging Neuroscience, 2024, imag_a_00155.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from earmark.types import Array

from .moments import Moments

# With as many columns as rows a fit can be exact; a noise of nothing loses all digits.
_LEAST_NOISE = 1e-6
# What varies less than this, relative to its mean, is constant up to rounding.
_DUST = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Where the climb arrived, in the units of the columns.

    All is for targets divided by ``scale``, their standard deviation:
    ``coefficients`` is D x P, ``covariance`` D x D. ``objective`` is the log posterior
    of the variances, in nats, at each step.
    """

    coefficients: Array
    covariance: Array
    band_variance: Array
    noise_variance: float
    scale: Array
    objective: Array


class _Root(NamedTuple):
    """The data, brought down to as few rows as they have dimensions."""

    R: Array
    Z: Array
    rest: float
    n: int


class _Posterior(NamedTuple):
    """The coefficients, given the variances."""

    M: Array
    S: Array
    residual: float  # expected sum of squares that the coefficients leave
    evidence: float


def climb(
    moments: Moments,
    band: NDArray[np.intp],
    *,
    hyper: float = 1e-4,
    tol: float = 1e-5,
    max_iter: int = 300,
) -> Fit:
    """The coefficients at the variances from which no step gains much.

    Parameters
    ----------
    moments
        Of the columns and targets.
    band
        For each column the number of its band, from 0 without gaps.
    hyper
        Both parameters of the inverse-gamma prior on every variance.
    tol
        Least gain worth another step, in nats per row and target.
    max_iter
        Most steps.

    Examples
    --------
    Two columns tell the target, three do not:

    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((200, 5))
    >>> Y = X[:, :2] @ [[1.0], [-2.0]] + rng.standard_normal((200, 1))
    >>> found = climb(Moments.of(X, Y), np.array([0, 0, 1, 1, 1]))
    >>> bool(found.band_variance[0] > 100 * found.band_variance[1])
    True
    """
    moments = _without_dust(moments)
    scale = _or_one(np.sqrt(moments.yy / moments.n))
    units = _band_units(moments, band)
    unit = units[band]
    data = _root(moments, unit=unit, scale=scale)
    v, s = np.full(len(units), 1 / len(band)), 1.0
    climbed = [-np.inf]
    while True:
        post = _e_step(data, v[band], s)
        climbed.append(post.evidence - _prior_cost(np.append(v, s), hyper))
        if len(climbed) > max_iter or climbed[-1] - climbed[-2] < tol * data.n * len(scale):
            break  # v and s are those that this posterior is given
        v, s = _m_step(data, post, band, hyper)
    return Fit(
        coefficients=post.M / unit[:, None],
        covariance=post.S / np.outer(unit, unit),
        band_variance=v / units**2,
        noise_variance=s,
        scale=scale,
        objective=np.array(climbed[1:]),
    )


def _without_dust(moments: Moments) -> Moments:
    """The moments, with 0 for all that varies by rounding alone."""
    x = np.diag(moments.xx) > moments.n * (_DUST * moments.x) ** 2
    y = moments.yy > moments.n * (_DUST * moments.y) ** 2
    return replace(
        moments,
        xx=moments.xx * np.outer(x, x),
        xy=moments.xy * np.outer(x, y),
        yy=moments.yy * y,
    )


def _band_units(moments: Moments, band: NDArray[np.intp]) -> Array:
    """Root mean square of each band: dividing by it frees the fit of units."""
    squares = np.bincount(band, np.diag(moments.xx)) / np.bincount(band)
    return _or_one(np.sqrt(squares / moments.n))


def _or_one(scale: Array) -> Array:
    """The scale, or 1 where nothing varies and any scale will do."""
    return np.where(scale > 0, scale, 1.0)


def _root(moments: Moments, *, unit: Array, scale: Array) -> _Root:
    """R and Z from the eigenvectors of X'X that carry any variance."""
    power, vectors = np.linalg.eigh(moments.xx / np.outer(unit, unit))
    carries = power > power[-1] * len(power) * np.finfo(np.float64).eps
    root, directions = np.sqrt(power[carries])[:, None], vectors[:, carries].T
    Z = directions @ (moments.xy / np.outer(unit, scale)) / root
    rest = (moments.yy / scale**2).sum() - (Z**2).sum()
    return _Root(root * directions, Z, max(float(rest), 0.0), moments.n)


def _e_step(data: _Root, V: Array, s: float) -> _Posterior:
    """The coefficients, given how much each may vary and the noise."""
    rank, P = data.Z.shape
    K = data.R * np.sqrt(V)
    L = np.linalg.cholesky(K @ K.T + s * np.eye(rank))
    T = solve_triangular(L, K, lower=True)
    U = solve_triangular(L, data.Z, lower=True)
    left = solve_triangular(L, U, lower=True, trans="T")
    TV = T * np.sqrt(V)
    log_det = 2 * np.log(np.diag(L)).sum() + (data.n - rank) * np.log(s)
    misfit = data.rest / s + (U**2).sum()
    return _Posterior(
        M=TV.T @ U,
        S=np.diag(V) - TV.T @ TV,
        residual=float(data.rest + s**2 * (left**2).sum() + P * s * (T**2).sum()),
        evidence=-0.5 * float(P * (data.n * np.log(2 * np.pi) + log_det) + misfit),
    )


def _m_step(
    data: _Root, post: _Posterior, band: NDArray[np.intp], hyper: float
) -> tuple[Array, float]:
    """The variances of bands and noise that the posterior asks for."""
    P = data.Z.shape[1]
    second = (post.M**2).sum(axis=1) + P * np.maximum(np.diag(post.S), 0)
    squares = np.append(np.bincount(band, second), post.residual)
    counts = P * np.append(np.bincount(band), data.n)
    asked = (squares + 2 * hyper) / (counts + 2 * hyper + 2)
    return asked[:-1], max(float(asked[-1]), _LEAST_NOISE)


def _prior_cost(variances: Array, hyper: float) -> float:
    """Minus the log density of inverse-gamma priors, up to a constant."""
    return float(((1 + hyper) * np.log(variances) + hyper / variances).sum())
