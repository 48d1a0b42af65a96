import numpy as np
import pytest
from sklearn import metrics as theirs

from earmark.evaluate import metrics as ours
from earmark.types import Array


def judged(seed: int, n: int = 200) -> tuple[ours.Truth, Array]:
    """Truths and probabilities that know a little of them, many of them tied."""
    rng = np.random.default_rng(seed)
    truth = rng.random(n) < 0.3
    return truth, np.clip(rng.normal(0.3 + 0.2 * truth, 0.2), 0.01, 0.99).round(seed % 3 + 1)


@pytest.mark.parametrize("seed", range(10))
def test_ranking_metrics_equal_those_of_scikit_learn(seed: int) -> None:
    truth, score = judged(seed)
    assert ours.roc_auc(truth, score) == pytest.approx(theirs.roc_auc_score(truth, score))
    expected = theirs.average_precision_score(truth, score)
    assert ours.average_precision(truth, score) == pytest.approx(expected)


def test_log_loss_equals_that_of_scikit_learn() -> None:
    truth, probability = judged(1)
    assert ours.log_loss(truth, probability) == pytest.approx(theirs.log_loss(truth, probability))


def test_a_certainty_that_is_wrong_costs_much_but_not_everything() -> None:
    assert 30 < ours.log_loss(np.array([True]), np.array([0.0])) < 40


def test_accuracy_equals_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    score, truth = rng.random((100, 4)), rng.integers(0, 4, 100)
    expected = theirs.accuracy_score(truth, score.argmax(axis=1))
    assert ours.accuracy(truth[:, None] == np.arange(4), score) == pytest.approx(expected)


def test_a_constant_score_is_chance() -> None:
    truth = np.arange(10) < 3
    assert ours.roc_auc(truth, np.zeros(10)) == 0.5
    assert ours.average_precision(truth, np.zeros(10)) == pytest.approx(0.3)


def test_calibration_error_by_hand() -> None:
    probability = np.repeat([[0.1, 0.9]], 30, axis=0)
    truth = np.zeros((30, 2), np.bool_)
    truth[:3, 0] = truth[:21, 1] = True
    # In the lower half 10 % are true as promised, in the upper 70 % for 90 %.
    assert ours.calibration_error(truth, probability, bins=2) == pytest.approx(0.1)


def test_calibration_error_falls_with_honest_probabilities() -> None:
    rng = np.random.default_rng(0)
    probability = rng.random(20_000)
    honest = rng.random(20_000) < probability
    assert ours.calibration_error(honest, probability) < 0.02
    assert ours.calibration_error(honest, probability**2) > 0.1


def test_macro_means_are_by_prefix() -> None:
    told = ours.macro({"genre/pop": 0.5, "mood/calm": 1.0, "mood/sad": 0.0})
    assert told == {"all": 0.5, "genre": 0.5, "mood": 0.5}
    assert ours.macro({}) == {"all": None}
