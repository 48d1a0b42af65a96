"""The EM-banded ridge regression as a scikit-learn estimator."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from earmark.types import Array

from .em import Fit, climb
from .moments import Moments


class BandedRidge(MultiOutputMixin, RegressorMixin, BaseEstimator):
    """Ridge regression with one penalty per band of columns, found by EM.

    Each band has a prior variance of its own; expectation-maximisation climbs to the
    variances that make the targets most likely [1]_, so there is no penalty to tune.

    Parameters
    ----------
    bands
        Groups of column numbers, every column in exactly one. None makes each column
        its own band (automatic relevance determination); one band of all columns is
        Bayesian ridge regression.
    shared
        Whether all targets share the variances, which steadies rare targets, or each
        has its own.
    hyper
        Both parameters of the inverse-gamma prior on every variance; above 0.
    tol
        Least gain worth another step, in nats per row and target.
    max_iter
        Most steps of EM.

    Attributes
    ----------
    coef_, intercept_
        As in scikit-learn: (D,) and a number for one-dimensional ``y``, else (P, D)
        and (P,).
    target_scale_
        Standard deviation of each target, (P,). What follows is for targets divided
        by it, and has a leading axis of targets when the variances are not shared.
    band_variance_, noise_variance_, covariance_
        Variance of the prior per band, of the noise, and the posterior covariance of
        the coefficients (D, D).
    objective_
        Log posterior of the variances in nats at each step; it never falls. A list
        with one array per fit.
    n_iter_
        Steps of the longest climb.

    References
    ----------
    .. [1] S. Fuglsang et al., "Expectation-maximization for banded ridge regression",
       Imaging Neuroscience, 2024, imag_a_00155.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((200, 5))
    >>> y = X[:, 0] - 2 * X[:, 1] + 0.1 * rng.standard_normal(200)
    >>> model = BandedRidge(bands=[[0, 1], [2, 3, 4]]).fit(X, y)
    >>> np.abs(model.coef_.round(1))
    array([1., 2., 0., 0., 0.])
    """

    def __init__(
        self,
        bands: Sequence[Sequence[int]] | None = None,
        *,
        shared: bool = True,
        hyper: float = 1e-4,
        tol: float = 1e-5,
        max_iter: int = 300,
    ) -> None:
        self.bands = bands
        self.shared = shared
        self.hyper = hyper
        self.tol = tol
        self.max_iter = max_iter

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Find the variances and coefficients; ``y`` is (n,) or (n, P)."""
        rows, target = validate_data(
            self, X, y, dtype=np.float64, multi_output=True, y_numeric=True
        )
        if not (self.hyper > 0 and self.max_iter >= 1):
            raise ValueError("hyper must be above 0 and max_iter at least 1")
        band = band_of_columns(self.bands, rows.shape[1])
        moments = Moments.of(rows, target.astype(np.float64).reshape(len(rows), -1))
        parts = [moments] if self.shared else [moments.target(p) for p in range(len(moments.y))]
        fits = [
            climb(part, band, hyper=self.hyper, tol=self.tol, max_iter=self.max_iter)
            for part in parts
        ]
        self._keep_variances(fits)
        weights = np.hstack([fit.coefficients * fit.scale for fit in fits])
        self.coef_, self.intercept_ = weights.T, moments.y - moments.x @ weights
        if target.ndim == 1:
            self.coef_, self.intercept_ = self.coef_[0], self.intercept_[0]
        return self

    def predict(self, X: ArrayLike) -> Array:
        """The expected targets, shaped like the ``y`` that was fitted."""
        check_is_fitted(self)
        rows = validate_data(self, X, dtype=np.float64, reset=False)
        return np.asarray(rows @ self.coef_.T + self.intercept_, np.float64)

    def _keep_variances(self, fits: list[Fit]) -> None:
        first = 0 if self.shared else slice(None)
        self.target_scale_ = np.concatenate([fit.scale for fit in fits])
        self.band_variance_ = np.stack([fit.band_variance for fit in fits])[first]
        self.noise_variance_ = np.stack([fit.noise_variance for fit in fits])[first]
        self.covariance_ = np.stack([fit.covariance for fit in fits])[first]
        self.objective_ = [fit.objective for fit in fits]
        self.n_iter_ = max(len(fit.objective) for fit in fits)


def band_of_columns(bands: Sequence[Sequence[int]] | None, columns: int) -> NDArray[np.intp]:
    """For each column the number of its band.

    >>> band_of_columns([[0, 2], [1]], 3)
    array([0, 1, 0])
    """
    if bands is None:
        return np.arange(columns)
    members = [column for band in bands for column in band]
    if sorted(members) != list(range(columns)) or not all(map(len, bands)):
        raise ValueError(
            f"bands must hold each of the {columns} columns, from 0, exactly once, "
            f"and no band may be empty; got {[list(band) for band in bands]}"
        )
    numbers = np.empty(columns, np.intp)
    for number, band in enumerate(bands):
        numbers[list(band)] = number
    return numbers
