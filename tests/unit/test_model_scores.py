from collections.abc import Callable

import numpy as np
import pytest

from earmark.errors import ModelError
from earmark.model import TagModel, fit_tags
from earmark.types import Cluster, Decision, Table

Planted = Callable[..., Table]
Clusters = tuple[Cluster, ...]


@pytest.fixture(scope="module", params=["multilabel", "multiclass"])
def model(request: pytest.FixtureRequest, planted: Planted, clusters: Clusters) -> TagModel:
    return fit_tags(planted(multiclass=request.param == "multiclass"), clusters, name="m")


def test_every_score_names_every_cluster_and_feature(model: TagModel, planted: Planted) -> None:
    for track in model.scores(planted(5).values):
        assert tuple(score.tag for score in track) == model.tags
        for score in track:
            named = [contribution.cluster for contribution in score.contributions]
            assert named == [cluster.notation for cluster in model.clusters]
            heard = [share.feature for part in score.contributions for share in part.shares]
            assert tuple(heard) == model.features


def test_scores_with_reasons_equal_scores_without(model: TagModel, planted: Planted) -> None:
    values = planted(600, seed=3).values
    with_reasons = [[score.log_odds for score in track] for track in model.scores(values)]
    assert (np.array(with_reasons) == model.log_odds(values)).all()


def test_a_track_scores_alike_alone_and_among_others(model: TagModel, planted: Planted) -> None:
    values = planted(400, seed=3).values
    among = model.scores(values)
    assert model.scores(values[399:]) == [among[399]]


def test_removing_a_cluster_changes_the_score_by_its_contribution(
    model: TagModel, planted: Planted
) -> None:
    values = planted(50, seed=3).values
    without = values.copy()
    without[:, :2] = np.nan
    pairs = zip(model.scores(values), model.scores(without), strict=True)
    for before, after in (pair for tracks in pairs for pair in zip(*tracks, strict=True)):
        changed = before.log_odds - after.log_odds
        assert changed == pytest.approx(before.contributions[0].contribution, abs=1e-9)
        assert after.contributions[0].contribution == 0


def test_contributions_average_out_over_the_training_tracks(
    model: TagModel, planted: Planted
) -> None:
    values = planted(multiclass=model.multiclass).values
    average = model.log_odds(values).mean(axis=0)
    assert average == pytest.approx(model.base_rates, abs=1e-5)


def test_cluster_weights_are_deviations_of_contributions(model: TagModel, planted: Planted) -> None:
    scores = model.scores(planted(multiclass=model.multiclass).values)
    weights = model.description().weights
    for c, cluster in enumerate(model.clusters):
        for t, tag in enumerate(model.tags):
            seen = np.std([track[t].contributions[c].contribution for track in scores])
            assert weights[cluster.notation, tag] == pytest.approx(seen, rel=1e-3, abs=1e-5)


def test_unknown_values_add_nothing_and_widen_the_interval(
    model: TagModel, planted: Planted
) -> None:
    values = planted(multiclass=model.multiclass).values[:1]
    unknown = values.copy()
    unknown[0, 0] = np.nan
    (known_track,), (track,) = model.scores(values), model.scores(unknown)
    metal, known = track[0], known_track[0]
    share = metal.contributions[0].shares[0]
    assert (share.value, share.share, share.percentile, share.imputed) == (None, 0.0, None, True)
    assert metal.high - metal.low > known.high - known.low


def test_a_track_of_which_nothing_is_known_has_the_base_rates(model: TagModel) -> None:
    (track,) = model.scores(np.full((1, 5), np.nan))
    assert [score.log_odds for score in track] == model.base_rates.tolist()
    assert all(score.low < score.log_odds < score.high for score in track)


def test_percentiles_rank_values_among_the_training_tracks(
    model: TagModel, planted: Planted
) -> None:
    table = planted(multiclass=model.multiclass)
    median = np.median(table.values, axis=0, keepdims=True)
    (track,) = model.scores(median)
    for part in track[0].contributions:
        for share in part.shares:
            assert share.percentile == pytest.approx(0.5, abs=0.01), share.feature


def test_decisions_follow_thresholds(model: TagModel, planted: Planted) -> None:
    accepted = []
    for track in model.scores(planted(200, seed=3).values):
        for score in track:
            expected = score.log_odds >= score.threshold
            assert score.decision == (Decision.ACCEPTED if expected else Decision.REJECTED)
            if model.multiclass:
                others = [other.log_odds for other in track if other.tag != score.tag]
                assert score.threshold == max(others)
        accepted.append(sum(score.decision == Decision.ACCEPTED for score in track))
    assert not model.multiclass or set(accepted) == {1}
    assert 0.3 < np.mean(accepted) < 2


def test_probabilities_are_of_the_kind_the_labels_are(model: TagModel, planted: Planted) -> None:
    for track in model.scores(planted(20, seed=3).values):
        likely = np.array([score.probability for score in track])
        odds = np.array([score.log_odds for score in track])
        expected = np.exp(odds) / (np.exp(odds).sum() if model.multiclass else 1 + np.exp(odds))
        assert likely == pytest.approx(expected, abs=1e-6)


def test_intervals_hold_nine_tenths_of_what_the_weights_may_be(
    model: TagModel, planted: Planted
) -> None:
    values = planted(3, seed=3).values
    columns = model.basis.expand(values).reshape(3, -1)
    rng = np.random.default_rng(0)
    for t in range(3):
        mean = model.weights[:, :, t].ravel()
        weights = rng.multivariate_normal(mean, model.covariance, 50_000)
        drawn = model.base_rates[t] + model.slopes[t] * columns @ weights.T
        low, high = np.quantile(drawn, [0.05, 0.95], axis=1)
        told = [track[t] for track in model.scores(values)]
        assert [score.low for score in told] == pytest.approx(low, abs=0.02)
        assert [score.high for score in told] == pytest.approx(high, abs=0.02)


def test_intervals_narrow_with_more_tracks(planted: Planted, clusters: Clusters) -> None:
    def width(tracks: int) -> float:
        model = fit_tags(planted(tracks), clusters, name="m")
        scores = model.scores(planted(50, seed=3).values)
        return float(np.mean([score.high - score.low for track in scores for score in track]))

    assert 0 < width(2000) < 0.5 * width(200)


def test_values_measured_by_other_procedures_are_refused(model: TagModel) -> None:
    model.check_procedures({})
    model.check_procedures({"tempo": "tempo/1", "spectral_flux": "spectral_flux/9"})
    with pytest.raises(ModelError, match=r"tempo \(tempo/2 here, tempo/1 in the model\)"):
        model.check_procedures({"tempo": "tempo/2", "hum": "hum/1"})


def test_values_of_the_wrong_shape_or_size_are_refused(model: TagModel) -> None:
    with pytest.raises(ModelError, match="scores tracks x 5 features; these values are 2 x 3"):
        model.scores(np.zeros((2, 3)))
    with pytest.raises(ModelError, match="a value of 'tempo' is infinite"):
        model.log_odds(np.array([[0, 0, np.inf, 0, 0]]))
    assert model.scores(np.empty((0, 5))) == []
    assert model.log_odds(np.empty((0, 5))).shape == (0, 3)


def test_the_description_says_what_the_graph_needs(model: TagModel, planted: Planted) -> None:
    told, table = model.description(), planted(multiclass=model.multiclass)
    assert told.id == f"m-{model.digest[:8]}"
    assert (told.trained_on, told.licence) == ("planted", "CC0-1.0")
    assert told.multiclass == model.multiclass
    assert told.procedures == table.procedures
    tempo = told.percentiles["tempo"]
    assert len(tempo) == 101
    assert (tempo[0], tempo[100]) == (table.values[:, 2].min(), table.values[:, 2].max())
