import numpy as np
import pytest
from sklearn.preprocessing import QuantileTransformer

from earmark.errors import ModelError
from earmark.model.basis import Basis
from earmark.types import Array


def fitted(*columns: Array) -> tuple[Basis, Array]:
    values = np.column_stack(columns)
    return Basis.fit(values, tuple(f"f{j}" for j in range(len(columns)))), values


def test_columns_are_centred_on_the_training_mean_and_bounded() -> None:
    rng = np.random.default_rng(0)
    basis, values = fitted(rng.standard_normal(500), rng.exponential(size=500) ** 3)
    columns = basis.expand(values)
    assert columns.shape == (500, 2, 2)
    assert columns.mean(axis=0) == pytest.approx(np.zeros((2, 2)), abs=1e-12)
    uncentred = columns + basis.centre
    assert np.abs(uncentred[:, :, 0]).max() == 4.0
    assert np.abs(uncentred[:, :, 1]).max() == 2.5


def test_the_normal_copy_is_that_of_a_quantile_transformer() -> None:
    values = np.random.default_rng(0).exponential(size=2000)
    basis, column = fitted(values)
    theirs = QuantileTransformer(n_quantiles=101, output_distribution="normal", subsample=None)
    expected = np.clip(theirs.fit_transform(column), -2.5, 2.5)
    ours = basis.expand(column)[:, :, 1] + basis.centre[:, 1]
    assert ours == pytest.approx(expected, abs=1e-6)


def test_values_far_outside_training_are_no_louder_than_extremes() -> None:
    basis, _ = fitted(np.random.default_rng(0).standard_normal(500))
    far = basis.expand(np.array([[1e6], [-1e6]])) + basis.centre
    assert far.ravel().tolist() == [4.0, 2.5, -4.0, -2.5]


def test_unknown_values_sit_at_the_baseline() -> None:
    known = np.random.default_rng(0).standard_normal(100)
    basis, values = fitted(np.where(np.arange(100) % 3 == 0, np.nan, known), known)
    columns = basis.expand(values)
    assert (columns[::3, 0] == 0).all()
    assert (columns[::3, 1] != 0).all()
    assert np.isnan(basis.rank(values)[::3, 0]).all()


@pytest.mark.parametrize("constant", [0.0, 0.1, -7e9])
def test_a_constant_feature_is_harmless(constant: float) -> None:
    basis, values = fitted(np.full(50, constant), np.arange(50.0))
    assert (basis.expand(values)[:, 0] == 0).all()
    assert (basis.expand(values + 1)[:, 0] == 0).all()


def test_ranks_are_percentiles_and_ties_share_the_middle() -> None:
    basis, _ = fitted(np.arange(1001.0), np.repeat([0.0, 1.0], [601, 400]))
    ranks = basis.rank(np.array([[250.0, 0.0], [2000.0, 1.0], [-1.0, -1.0]]))
    assert ranks == pytest.approx(np.array([[0.25, 0.3], [1.0, 0.8], [0.0, 0.0]]), abs=0.01)


def test_a_feature_that_nobody_knows_is_named() -> None:
    with pytest.raises(ModelError, match="feature 'f1' is unknown for every training track"):
        fitted(np.arange(5.0), np.full(5, np.nan))
