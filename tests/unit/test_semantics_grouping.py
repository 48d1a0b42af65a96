import re
import sys
from pathlib import Path

import pytest

from earmark.percepts import available
from earmark.semantics import embed
from earmark.semantics.grouping import UNPLACED, group
from earmark.types import Cluster, Concept

CONCEPTS = {feature.concept.notation: feature.concept for feature in available()}


def homes(found: tuple[Cluster, ...]) -> dict[str, str]:
    return {feature: cluster.notation for cluster in found for feature in cluster.features}


def test_known_features_are_grouped_by_meaning_and_the_rest_is_kept_apart() -> None:
    found = group(["bh_sum", *CONCEPTS, "mfcc_1"], CONCEPTS)
    assert found[-1] == Cluster(UNPLACED, "columns without a concept", ("bh_sum", "mfcc_1"))
    home = homes(found)
    assert sorted(home) == sorted([*CONCEPTS, "bh_sum", "mfcc_1"])
    assert home["tempo"] == home["onset_rate"] != home["spectral_centroid"]


def test_a_dataset_of_unknown_columns_is_one_cluster() -> None:
    assert [cluster.features for cluster in group(["b", "a"], CONCEPTS)] == [("a", "b")]


def test_no_features_make_no_clusters() -> None:
    assert group([], CONCEPTS) == ()


def test_features_that_all_have_a_concept_leave_nothing_unplaced() -> None:
    found = group(sorted(CONCEPTS), CONCEPTS)
    assert sorted(homes(found)) == sorted(CONCEPTS)
    assert UNPLACED not in {cluster.notation for cluster in found}


@pytest.fixture
def shipped_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """No embedding model: only the meanings that ship have vectors."""
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)


@pytest.mark.usefixtures("shipped_only")
def test_a_meaning_that_cannot_be_embedded_joins_its_relatives(
    caplog: pytest.LogCaptureFixture,
) -> None:
    swing = Concept("swing", "swing", "How late the off-beat is", "late", "even", broader="tempo")
    home = homes(group([*CONCEPTS, "swing"], CONCEPTS | {"swing": swing}))
    assert re.search(r"'swing' is new.*relatives.*earmark\[neural\]", caplog.text), caplog.text
    assert home["swing"] == home["tempo"]
    assert len(home) == len(CONCEPTS) + 1


@pytest.mark.usefixtures("shipped_only")
def test_a_meaning_without_vector_or_relatives_is_unplaced(
    caplog: pytest.LogCaptureFixture,
) -> None:
    odd = Concept("odd", "odd", "Nobody knows")
    assert homes(group(["odd", "tempo"], CONCEPTS | {"odd": odd}))["odd"] == UNPLACED
    assert "'odd' is new" in caplog.text


@pytest.mark.usefixtures("shipped_only")
def test_without_any_vector_nothing_breaks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(embed, "_cache_path", lambda: tmp_path / "no cache")
    assert set(homes(group(["tempo"], CONCEPTS)).values()) == {UNPLACED}
