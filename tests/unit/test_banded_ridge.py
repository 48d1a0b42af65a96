from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import BayesianRidge
from sklearn.utils.estimator_checks import parametrize_with_checks

from earmark.model import BandedRidge
from earmark.types import Array


@parametrize_with_checks(  # type: ignore[untyped-decorator]
    [
        BandedRidge(),
        BandedRidge(shared=False),
        BandedRidge(hyper=1e-2, tol=1e-3, max_iter=20),
    ]
)
def test_scikit_learn_finds_nothing_to_object_to(
    estimator: BandedRidge, check: Callable[[BandedRidge], None]
) -> None:
    check(estimator)


def planted(n: int = 400, seed: int = 0) -> tuple[Array, Array, Array]:
    """Two strong columns, three weak ones, five that tell nothing; two targets."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 10))
    W = np.zeros((10, 2))
    W[:2], W[2:5] = rng.choice([-1, 1], (2, 2)), 0.2
    return X, X @ W + rng.standard_normal((n, 2)), W


BANDS = [[0, 1], [2, 3, 4], [5, 6, 7, 8, 9]]


def test_variances_rank_bands_by_what_they_tell() -> None:
    X, Y, W = planted()
    model = BandedRidge(BANDS).fit(X, Y)
    strong, weak, silent = model.band_variance_
    assert strong > 5 * weak > 5 * silent
    assert np.abs(model.coef_.T - W).max() < 0.25
    assert model.noise_variance_ * model.target_scale_**2 == pytest.approx([1, 1], abs=0.25)


def test_bands_beat_one_band_on_unseen_rows() -> None:
    X, Y, _ = planted(n=60)
    unseen, truth, _ = planted(n=2000, seed=0)
    unseen, truth = unseen[60:], truth[60:]
    one = BandedRidge([range(10)]).fit(X, Y).score(unseen, truth)
    banded = BandedRidge(BANDS).fit(X, Y).score(unseen, truth)
    assert banded > one


def test_one_band_is_bayesian_ridge_regression() -> None:
    X, Y, _ = planted()
    ours = BandedRidge([range(10)], hyper=1e-6, tol=1e-12, max_iter=5000).fit(X, Y[:, 0])
    # scikit-learn maximises the evidence without our prior's pull on the logarithms.
    theirs = BayesianRidge(tol=1e-9, max_iter=5000).fit(X, Y[:, 0])
    assert ours.coef_ == pytest.approx(theirs.coef_, abs=0.01)
    assert ours.intercept_ == pytest.approx(theirs.intercept_, abs=0.01)


def test_covariance_is_that_of_the_posterior() -> None:
    X, Y, _ = planted()
    model = BandedRidge(BANDS).fit(X, Y[:, 0])
    centred = X - X.mean(axis=0)
    prior = np.diag(1 / np.repeat(model.band_variance_, [2, 3, 5]))
    expected = np.linalg.inv(centred.T @ centred / model.noise_variance_ + prior)
    assert model.covariance_ == pytest.approx(expected, rel=1e-8)
    target = (Y[:, 0] - Y[:, 0].mean()) / model.noise_variance_
    assert model.coef_ == pytest.approx(expected @ centred.T @ target, rel=1e-8)


def test_targets_fitted_apart_equal_targets_fitted_alone() -> None:
    X, Y, _ = planted()
    apart = BandedRidge(BANDS, shared=False).fit(X, Y)
    for target in range(2):
        alone = BandedRidge(BANDS).fit(X, Y[:, target])
        assert apart.coef_[target] == pytest.approx(alone.coef_)
        assert apart.band_variance_[target] == pytest.approx(alone.band_variance_)
        assert apart.covariance_[target] == pytest.approx(alone.covariance_)


def test_shared_variances_do_not_depend_on_the_scale_of_a_target() -> None:
    X, Y, _ = planted()
    model, scaled = BandedRidge(BANDS).fit(X, Y), BandedRidge(BANDS).fit(X, Y * [1, 1000])
    assert scaled.coef_ == pytest.approx(model.coef_ * [[1], [1000]])


def test_predictions_do_not_depend_on_the_unit_of_a_band() -> None:
    X, Y, _ = planted()
    unit = np.repeat([1e-6, 1, 1e6], [2, 3, 5])
    same = BandedRidge(BANDS).fit(X * unit, Y).predict(X * unit)
    assert same == pytest.approx(BandedRidge(BANDS).fit(X, Y).predict(X), rel=1e-6)


def test_shapes_follow_the_targets() -> None:
    X, Y, _ = planted()
    one, several = BandedRidge().fit(X, Y[:, 0]), BandedRidge().fit(X, Y)
    assert (one.coef_.shape, several.coef_.shape) == ((10,), (2, 10))
    assert (one.predict(X).shape, several.predict(X).shape) == ((400,), (400, 2))
    assert one.n_iter_ == len(one.objective_[0])


@pytest.mark.parametrize(
    "bands", [[[0, 1]], [[0, 1, 2], [2]], [[0, 1, 2], []], [[0, 1, 2, 3]], [[0, 1, -1]]]
)
def test_bands_that_do_not_cover_each_column_once_are_refused(
    bands: Sequence[Sequence[int]],
) -> None:
    with pytest.raises(ValueError, match="each of the 3 columns"):
        BandedRidge(bands).fit(np.eye(3), np.arange(3.0))


@pytest.mark.parametrize("wrong", [{"hyper": 0.0}, {"max_iter": 0}, {"hyper": float("nan")}])
def test_parameters_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="hyper must be above 0"):
        BandedRidge(**wrong).fit(np.eye(3), np.arange(3.0))
