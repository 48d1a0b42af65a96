"""Expectation-maximisation climbs, whatever the data, and streams."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import multivariate_normal

from earmark.model.em import climb
from earmark.model.moments import Moments
from earmark.types import Array


@st.composite
def problems(draw: st.DrawFn) -> tuple[Array, Array, NDArray[np.intp]]:
    """Columns, targets and bands: wide, tall, collinear, constant, of any scale."""
    n, D, P = draw(st.integers(2, 40)), draw(st.integers(1, 12)), draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    X = rng.standard_normal((n, D)) * 10.0 ** rng.integers(-3, 4, D)
    for source in draw(st.sets(st.integers(0, D - 1), max_size=3)):
        X[:, -1 - source] = draw(st.sampled_from([0, 0.1, 1e6, X[:, source], -3 * X[:, source]]))
    signal = X @ rng.standard_normal((D, P)) / (np.abs(X).max() + 1)
    Y = signal + draw(st.sampled_from([0, 1e-3, 1, 100])) * rng.standard_normal((n, P))
    return X, Y, np.unique(rng.integers(0, draw(st.integers(1, D)), D), return_inverse=True)[1]


@given(problems(), st.sampled_from([1e-15, 1e-4, 1e-1]))
@settings(max_examples=150, deadline=None)
def test_em_never_loses_evidence(
    problem: tuple[Array, Array, NDArray[np.intp]], hyper: float
) -> None:
    X, Y, band = problem
    climbed = climb(Moments.of(X, Y), band, hyper=hyper, tol=-1.0, max_iter=60).objective
    assert len(climbed) > 1
    lost = -np.diff(climbed).min() / (1 + np.abs(climbed).max())
    assert lost < 1e-8, f"lost {lost:.1e} of {climbed}"


@given(problems())
@settings(max_examples=50, deadline=None)
def test_fits_are_finite_and_variances_positive(
    problem: tuple[Array, Array, NDArray[np.intp]],
) -> None:
    X, Y, band = problem
    fit = climb(Moments.of(X, Y), band)
    assert np.isfinite(fit.coefficients).all()
    assert (fit.band_variance > 0).all()
    assert fit.noise_variance > 0
    assert (np.diag(fit.covariance) >= 0).all()


@given(problems(), st.integers(0, 100))
@settings(max_examples=100, deadline=None)
def test_moments_of_parts_add_up_to_those_of_the_whole(
    problem: tuple[Array, Array, NDArray[np.intp]], cut: int
) -> None:
    X, Y, _ = problem
    cut = 1 + cut % (len(X) - 1)
    parts, whole = Moments.of(X[:cut], Y[:cut]) + Moments.of(X[cut:], Y[cut:]), Moments.of(X, Y)
    assert parts.n == whole.n
    x, y = np.abs(X).max(axis=0), np.abs(Y).max(axis=0)
    reach = {"x": x, "y": y, "xx": np.outer(x, x), "xy": np.outer(x, y), "yy": y**2}
    for name, scale in reach.items():
        apart = np.abs(getattr(parts, name) - getattr(whole, name))
        assert (apart <= 1e-13 * len(X) * scale).all(), name


def test_a_large_mean_costs_the_moments_no_digits() -> None:
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((1000, 2)), rng.standard_normal((1000, 1))
    far, near = X + 1e9, Moments.of(X, Y)
    parts = Moments.of(far[:300], Y[:300]) + Moments.of(far[300:], Y[300:])
    assert parts.xx == pytest.approx(near.xx, rel=1e-6, abs=1e-3)


def test_a_fit_to_streamed_moments_equals_the_fit_to_all_rows() -> None:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((500, 6))
    Y = X[:, :2] + rng.standard_normal((500, 2))
    band = np.array([0, 0, 1, 1, 2, 2])
    streamed = Moments.of(X[:100], Y[:100])
    for start in range(100, 500, 100):
        streamed += Moments.of(X[start : start + 100], Y[start : start + 100])
    ours, theirs = climb(streamed, band), climb(Moments.of(X, Y), band)
    assert ours.coefficients == pytest.approx(theirs.coefficients, rel=1e-9)


def test_an_exact_fit_of_columns_of_all_sizes_keeps_climbing() -> None:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((22, 20)) * 10.0 ** rng.integers(-6, 7, 20)
    Y = X @ rng.standard_normal((20, 3))
    fit = climb(Moments.of(X, Y), np.arange(20) // 3, hyper=1e-15, tol=-1.0, max_iter=200)
    assert np.diff(fit.objective).min() > -1e-8 * np.abs(fit.objective).max()


def standardised(rows: Array) -> Array:
    return np.asarray((rows - rows.mean(axis=0)) / rows.std(axis=0), np.float64)


def test_a_column_that_varies_by_rounding_alone_gets_no_weight() -> None:
    rng = np.random.default_rng(0)
    X, Y = np.full((300, 2), 0.1), rng.standard_normal((300, 1))
    X[:, 0] = rng.standard_normal(300)
    moments = Moments.of(X[:100], Y[:100]) + Moments.of(X[100:], Y[100:])
    assert climb(moments, np.array([0, 1])).coefficients[1] == 0


def test_the_objective_is_the_density_of_the_targets_and_the_prior() -> None:
    rng = np.random.default_rng(0)
    X, Y = standardised(rng.standard_normal((20, 5))), standardised(rng.standard_normal((20, 2)))
    hyper, band = 0.01, np.array([0, 0, 1, 1, 1])
    fit = climb(Moments.of(X, Y), band, hyper=hyper)
    spread = X * fit.band_variance[band] @ X.T + fit.noise_variance * np.eye(20)
    told = sum(float(multivariate_normal(cov=spread).logpdf(y)) for y in Y.T)
    variances = np.append(fit.band_variance, fit.noise_variance)
    believed = -((1 + hyper) * np.log(variances) + hyper / variances).sum()
    assert fit.objective[-1] == pytest.approx(told + believed, rel=1e-9)


def test_variances_are_where_the_objective_is_highest() -> None:
    """The climb ends where no other variances, found without EM, do better."""
    rng = np.random.default_rng(1)
    X = standardised(rng.standard_normal((50, 4)))
    Y = standardised(X[:, :1] * 2 + rng.standard_normal((50, 1)))
    moments, band = Moments.of(X, Y), np.array([0, 0, 1, 1])
    best = climb(moments, band, tol=1e-12, max_iter=20_000)

    def loss(logs: Array) -> float:
        spread = X * np.exp(logs[band]) @ X.T + np.exp(logs[2]) * np.eye(50)
        prior = (1 + 1e-4) * logs.sum() + 1e-4 * np.exp(-logs).sum()
        return float(prior - multivariate_normal(cov=spread).logpdf(Y[:, 0]))

    found = minimize(loss, np.zeros(3), method="Nelder-Mead", options={"fatol": 1e-9})
    expected = np.exp(found.x)
    assert best.band_variance == pytest.approx(expected[:2], rel=0.02)
    assert best.noise_variance == pytest.approx(expected[2], rel=0.02)
