import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from earmark.errors import DatasetError, ModelError
from earmark.evaluate import Evaluation, evaluate
from earmark.types import Cluster, Table

Planted = Callable[..., Table]
Clusters = tuple[Cluster, ...]


@pytest.fixture(scope="module")
def folded(planted: Planted, clusters: Clusters) -> Evaluation:
    return evaluate(planted(), clusters, cv=4)


def test_figures_have_the_names_that_programs_read(folded: Evaluation) -> None:
    told = json.loads(json.dumps(folded.to_json(), allow_nan=False))
    assert set(told) >= {
        *("dataset", "tags", "tracks_train", "tracks_test", "accuracy", "roc_auc", "pr_auc"),
        *("ece", "seconds", "clusters", "artists", "artists_unknown"),
    }
    assert told["accuracy"] is None
    assert set(told["roc_auc"]) == set(told["pr_auc"]) == {"all", "genre", "mood"}
    assert told["clusters"][1]["features"] == ["tempo"]


def test_a_planted_truth_is_found(folded: Evaluation) -> None:
    told = folded.to_json()
    # The labels are noisy: whoever knew the truth would get .89 and .83.
    assert told["roc_auc"]["all"] > 0.83
    assert told["pr_auc"]["all"] > 0.72
    assert told["ece"] < 0.1
    assert told["log_loss"] < 0.5


def test_tags_at_random_are_not_found(planted: Planted, clusters: Clusters) -> None:
    table = planted()
    table = replace(table, labels=table.labels[np.random.default_rng(0).permutation(300)])
    assert evaluate(table, clusters, cv=4).to_json()["roc_auc"]["all"] < 0.6


def test_folds_never_hold_test_tracks_nor_split_an_artist(
    planted: Planted, folded: Evaluation
) -> None:
    table = planted()
    kept_back = {t for t, split in zip(table.tracks, table.splits, strict=True) if split == "test"}
    rows = list(folded.predictions())
    assert {row["track"] for row in rows} == set(table.tracks) - kept_back
    folds_of: dict[str, set[int]] = {}
    for row in rows:
        folds_of.setdefault(row["artist"] or row["track"], set()).add(row["fold"])
    assert {len(folds) for folds in folds_of.values()} == {1}
    assert set.union(*folds_of.values()) == {0, 1, 2, 3}


def test_predictions_reproduce_the_figures(planted: Planted, clusters: Clusters) -> None:
    result = evaluate(planted(), clusters)
    rows = list(result.predictions())
    each = []
    for tag in ("genre/metal", "genre/dance", "mood/calm"):
        mine = [row for row in rows if row["tag"] == tag]
        each.append(roc_auc_score([r["truth"] for r in mine], [r["logOdds"] for r in mine]))
    assert result.to_json()["roc_auc"]["all"] == pytest.approx(np.mean(each))
    assert set(rows[0]) == {"track", "artist", "fold", "tag", "truth", "probability", "logOdds"}


def test_test_tracks_are_scored_by_a_model_of_the_others(
    planted: Planted, clusters: Clusters
) -> None:
    told = evaluate(planted(), clusters).to_json()
    assert (told["tracks_train"], told["tracks_test"]) == (225, 75)
    assert (told["artists"], told["artists_unknown"]) == (100, 60)


def with_splits(table: Table, *names: str) -> Table:
    return replace(table, splits=tuple(names[n % len(names)] for n in range(len(table.tracks))))


def test_valid_tracks_are_learnt_from_only_where_there_is_a_test(
    planted: Planted, clusters: Clusters
) -> None:
    def sizes(*names: str, cv: int | None = None) -> tuple[int, int]:
        told = evaluate(with_splits(planted(), *names), clusters, cv=cv).to_json()
        return told["tracks_train"], told["tracks_test"]

    assert sizes("train", "valid", "test") == (200, 100)
    assert sizes("train", "valid") == (150, 150)
    assert sizes("train", "valid", "excluded") == (100, 100)
    assert sizes("train", "valid", "test", cv=3) == (200, 200)
    assert sizes("test", "excluded", cv=3) == (150, 150)


def test_accuracy_is_of_multiclass_data(planted: Planted, clusters: Clusters) -> None:
    result = evaluate(planted(multiclass=True), clusters)
    rows = list(result.predictions())
    best: dict[str, dict[str, float]] = {}
    for row in rows:
        if row["logOdds"] > best.get(row["track"], {"logOdds": -np.inf})["logOdds"]:
            best[row["track"]] = row
    expected = np.mean([row["truth"] for row in best.values()])
    assert result.to_json()["accuracy"] == pytest.approx(expected)


def test_nothing_kept_apart_is_said_in_a_sentence(planted: Planted, clusters: Clusters) -> None:
    with pytest.raises(DatasetError, match=r"keeps no tracks apart .* --cv 5"):
        evaluate(with_splits(planted(), "train"), clusters)
    with pytest.raises(ModelError, match="cannot be split in 1000 folds"):
        evaluate(planted(), clusters, cv=1000)


def test_tags_too_rare_to_judge_are_not_counted(planted: Planted, clusters: Clusters) -> None:
    table = planted()
    labels = table.labels.copy()
    calm_tests = np.flatnonzero(labels[:, 2] & (np.array(table.splits) == "test"))
    labels[calm_tests[4:], 2] = False
    told = evaluate(replace(table, labels=labels), clusters).to_json()
    assert told["tags"] == 2
    assert "mood" not in told["roc_auc"]
