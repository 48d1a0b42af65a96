from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from earmark.errors import ModelError
from earmark.model import fit_tags
from earmark.types import Cluster, Table

Planted = Callable[..., Table]
Clusters = tuple[Cluster, ...]


def test_clusters_weigh_where_the_truth_was_planted(planted: Planted, clusters: Clusters) -> None:
    weights = fit_tags(planted(), clusters, name="m").description().weights
    assert weights["brightness", "genre/metal"] > 5 * weights["pulse", "genre/metal"]
    assert weights["pulse", "genre/dance"] > 5 * weights["brightness", "genre/dance"]
    for tag in ("genre/metal", "genre/dance", "mood/calm"):
        assert weights["idle", tag] < 0.3, tag


@pytest.mark.parametrize("multiclass", [False, True])
def test_unseen_tracks_are_recognised_and_probabilities_hold(
    planted: Planted, clusters: Clusters, multiclass: bool
) -> None:
    model = fit_tags(planted(600, multiclass=multiclass), clusters, name="m")
    unseen = planted(3000, multiclass=multiclass, seed=1)
    probability = model.probabilities(model.log_odds(unseen.values))
    if multiclass:
        right = unseen.labels[np.arange(3000), probability.argmax(axis=1)]
        assert right.mean() > 0.7
    for t, tag in enumerate(unseen.tags):
        likely = probability[:, t] > 0.7
        promised, true = probability[likely, t].mean(), unseen.labels[likely, t].mean()
        assert true == pytest.approx(promised, abs=0.08), tag


def test_training_twice_gives_the_same_model(planted: Planted, clusters: Clusters) -> None:
    digests = {fit_tags(planted(), clusters, name="m").digest for _ in range(2)}
    assert len(digests) == 1
    assert fit_tags(planted(), clusters, name="m", seed=1).digest not in digests
    assert fit_tags(planted(), clusters, name="n").digest not in digests


def test_the_order_of_a_tables_features_does_not_matter(
    planted: Planted, clusters: Clusters
) -> None:
    table = planted()
    turned = fit_tags(table.only(table.features[::-1]), clusters, name="m")
    assert turned.digest == fit_tags(table, clusters, name="m").digest


def test_a_tag_that_nothing_tells_is_not_offered(planted: Planted, clusters: Clusters) -> None:
    table = planted()
    labels = table.labels.copy()
    labels[:, 2] = np.random.default_rng(7).random(300) < 0.3
    table = replace(table, labels=labels)
    offered = fit_tags(table, clusters, name="m")
    assert offered.tags == ("genre/metal", "genre/dance")
    assert offered.remarks == (
        "1 of 3 tags not offered, as their scores may say nothing: mood/calm",
    )
    kept = fit_tags(table, clusters, name="m", withhold=False)
    assert kept.tags == table.tags
    assert (kept.log_odds(table.values)[:, :2] == offered.log_odds(table.values)).all()


@pytest.mark.parametrize("multiclass", [False, True])
def test_noise_is_not_a_model(planted: Planted, clusters: Clusters, multiclass: bool) -> None:
    table = planted(multiclass=multiclass)
    shuffled = np.random.default_rng(0).permutation(300)
    table = replace(table, labels=table.labels[shuffled])
    with pytest.raises(ModelError, match="nothing in dataset 'planted' tells its tags apart"):
        fit_tags(table, clusters, name="m")


def test_tags_with_few_examples_are_left_out_and_named(
    planted: Planted, clusters: Clusters
) -> None:
    table = planted()
    labels = table.labels.copy()
    labels[:, 2] = np.arange(300) < 9
    model = fit_tags(replace(table, labels=labels), clusters, name="m")
    assert model.tags == ("genre/metal", "genre/dance")
    assert model.remarks == ("1 of 3 tags left out for want of examples: mood/calm",)


def test_tracks_of_a_class_left_out_are_not_learnt_from(
    planted: Planted, clusters: Clusters
) -> None:
    table = planted(multiclass=True)
    labels = table.labels.copy()
    labels[:, 2] &= labels[:, 2].cumsum() < 10
    table = replace(table, labels=labels)
    model = fit_tags(table, clusters, name="m")
    without = fit_tags(table.rows(np.flatnonzero(labels[:, :2].any(axis=1))), clusters, name="m")
    assert model.tags == ("genre/metal", "genre/dance")
    assert model.digest == without.digest


def test_one_artist_is_calibrated_by_track_and_says_so(
    planted: Planted, clusters: Clusters
) -> None:
    model = fit_tags(replace(planted(), artists=("a",) * 300), clusters, name="m")
    assert len(model.tags) == 3
    assert "all tracks are by one artist" in model.remarks[0]


def test_two_artists_are_enough(planted: Planted, clusters: Clusters) -> None:
    model = fit_tags(replace(planted(), artists=("a", "b") * 150), clusters, name="m")
    assert model.remarks == ()


def test_unknown_values_and_a_constant_feature_do_no_harm(
    planted: Planted, clusters: Clusters
) -> None:
    table = planted()
    values = table.values.copy()
    values[::4, 0], values[:, 4] = np.nan, 3.0
    model = fit_tags(replace(table, values=values), clusters, name="m")
    deviations = model.share_deviations
    assert deviations[0, 0] > 0.5
    assert (deviations[4] == 0).all()


def test_features_without_a_procedure_get_that_of_their_dataset(
    planted: Planted, clusters: Clusters
) -> None:
    model = fit_tags(replace(planted(), procedures={"tempo": "tempo/1"}), clusters, name="m")
    assert model.procedures["tempo"] == "tempo/1"
    assert model.procedures["hum"] == "planted:hum"


def refused(table: Table, clusters: Clusters, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        fit_tags(table, clusters, name="m")


def test_the_length_of_the_file_is_refused_with_the_reason(planted: Planted) -> None:
    table = planted()
    features = ("length", *table.features[1:])
    clusters = (Cluster("all", "all", features),)
    refused(
        replace(table, features=features), clusters, "'length' cannot be a feature: it says how"
    )


def test_clusters_that_do_not_fit_the_table_are_refused(
    planted: Planted, clusters: Clusters
) -> None:
    table = planted()
    refused(table, clusters[:2], "only one side has hiss, hum")
    refused(table, (*clusters, Cluster("x", "x", ("flux",))), "only one side has flux")
    refused(table, (*clusters, Cluster("x", "x", ())), "cluster 'x' has no features")
    refused(table, (*clusters, clusters[1]), "in more than one cluster: tempo")


def test_tables_that_cannot_be_learnt_from_are_refused(
    planted: Planted, clusters: Clusters
) -> None:
    refused(planted(15), clusters, "0 tags with 10 tracks that have it and 10 that do not")
    several = replace(planted(), multiclass=True)
    refused(several, clusters, "allows a track one tag; 'planted/")
    values = planted().values.copy()
    values[5, 2] = np.inf
    refused(replace(planted(), values=values), clusters, "infinite values of tempo")
