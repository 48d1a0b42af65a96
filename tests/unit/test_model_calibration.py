import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from earmark.model.calibration import best_f1_thresholds, calibrate_each, calibrate_together


def test_one_tag_is_logistic_regression() -> None:
    rng = np.random.default_rng(0)
    u = rng.standard_normal((2000, 1))
    labels = rng.random((2000, 1)) < expit(1.5 * u - 1)
    theirs = LogisticRegression(C=np.inf).fit(u, labels[:, 0])
    ours = calibrate_each(u, labels)
    assert ours.slopes == pytest.approx(theirs.coef_[0], rel=0.01)
    assert ours.offsets == pytest.approx(theirs.intercept_, rel=0.01)


def test_a_slope_is_never_negative_and_its_tag_keeps_its_base_rate() -> None:
    rng = np.random.default_rng(0)
    u = rng.standard_normal((500, 1))
    found = calibrate_each(u, rng.random((500, 1)) < expit(-2 * u - 1))
    assert found.slopes == [0.0]
    assert found.least_slopes < 0
    assert 0.2 < expit(found.offsets[0]) < 0.5


def test_a_rare_tag_learns_its_slope_from_the_others() -> None:
    rng = np.random.default_rng(0)
    u = rng.standard_normal((3000, 20))
    labels = rng.random(u.shape) < expit(2 * u - 1)
    labels[:, 0] &= rng.random(3000) < 0.01
    alone = calibrate_each(u[:, :1], labels[:, :1]).slopes[0]
    together = calibrate_each(u, labels)
    assert abs(together.slopes[0] - 2) < abs(alone - 2)
    assert together.slopes[1:] == pytest.approx(np.full(19, 2), abs=0.3)


def test_tags_that_differ_keep_their_slopes() -> None:
    rng = np.random.default_rng(0)
    u = rng.standard_normal((5000, 4))
    slopes = np.array([0.5, 1.0, 2.0, 4.0])
    found = calibrate_each(u, rng.random(u.shape) < expit(slopes * u))
    assert found.slopes == pytest.approx(slopes, rel=0.15)


def test_perfect_separation_keeps_the_slope_finite() -> None:
    u = np.linspace(-1, 1, 40)[:, None]
    found = calibrate_each(u, u > 0)
    assert 5 < found.slopes[0] < 1000
    assert found.least_slopes[0] < found.slopes[0]
    assert found.offsets == pytest.approx(0, abs=1e-3)


def test_a_score_that_never_varies_is_harmless() -> None:
    u = np.zeros((60, 2))
    u[:, 1] = np.arange(60)
    labels = np.arange(120).reshape(60, 2) % 3 == 0
    found = calibrate_each(u, labels)
    assert np.isfinite(found.slopes).all()
    assert np.isfinite(found.offsets).all()
    assert found.least_slopes[0] == -np.inf


def test_nine_intervals_of_ten_hold_the_slope() -> None:
    """Of the slopes' 90 % intervals about 5 % lie above the truth."""
    rng = np.random.default_rng(0)
    u = rng.standard_normal((400, 400))
    found = calibrate_each(u, rng.random(u.shape) < expit(u))
    assert 0.02 < (found.least_slopes > 1).mean() < 0.09


def test_exclusive_tags_recover_one_slope_and_their_offsets() -> None:
    rng = np.random.default_rng(0)
    u, offsets = rng.standard_normal((5000, 4)), np.array([0, 0, -1, -2])
    best = (1.5 * u + offsets + rng.gumbel(size=u.shape)).argmax(axis=1)
    found = calibrate_together(u, best[:, None] == np.arange(4))
    assert found.slopes == pytest.approx(np.full(4, 1.5), rel=0.05)
    assert found.offsets - found.offsets[0] == pytest.approx(offsets, abs=0.12)
    assert np.exp(found.offsets).sum() == pytest.approx(1)


def test_exclusive_tags_never_turn_their_scores_round() -> None:
    rng = np.random.default_rng(0)
    u = rng.standard_normal((500, 3))
    best = (-2 * u + rng.gumbel(size=u.shape)).argmax(axis=1)
    found = calibrate_together(u, best[:, None] == np.arange(3))
    assert (found.slopes == 0).all()
    assert (found.least_slopes <= 0).all()


@pytest.mark.parametrize("seed", range(5))
def test_no_threshold_has_a_better_f1(seed: int) -> None:
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((80, 3)).round(1)
    labels = rng.random(z.shape) < expit(2 * z - 1)
    chosen = best_f1_thresholds(z, labels)
    for t in range(3):
        ours = f1_score(labels[:, t], z[:, t] >= chosen[t])
        best = max(f1_score(labels[:, t], z[:, t] >= cut) for cut in np.unique(z[:, t]))
        assert ours == pytest.approx(best), f"{chosen[t]} of {np.unique(z[:, t])}"


def test_what_offsets_take_up_says_nothing_of_a_slope() -> None:
    rng = np.random.default_rng(0)
    u = rng.standard_normal((500, 3))
    heard = (u + rng.gumbel(size=u.shape)).argmax(axis=1)[:, None] == np.arange(3)
    shift = np.array([5.0, -3.0, 0.0])
    for calibrate in (calibrate_each, calibrate_together):
        plain, moved = calibrate(u, heard), calibrate(u + shift, heard)
        assert moved.slopes == pytest.approx(plain.slopes, rel=1e-3)
        assert moved.least_slopes == pytest.approx(plain.least_slopes, rel=1e-3)
