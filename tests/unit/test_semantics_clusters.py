import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import silhouette_score

from earmark.percepts import available
from earmark.semantics.clusters import _likeness, _silhouette, clusters
from earmark.semantics.embed import encode
from earmark.semantics.meaning import sentence
from earmark.types import Array, Cluster, Concept

CONCEPTS = tuple(feature.concept for feature in available())


def blobs(sizes: list[int], seed: int = 0) -> tuple[list[Concept], Array]:
    """Concepts around as many directions as there are sizes."""
    random = np.random.default_rng(seed)
    rows = np.repeat(np.eye(16)[: len(sizes)], sizes, axis=0)
    rows = rows + random.normal(scale=0.05, size=rows.shape)
    names = [f"f{i:02d}" for i in range(len(rows))]
    concepts = [Concept(name, name, "") for name in names]
    return concepts, rows / np.linalg.norm(rows, axis=1, keepdims=True)


def groups(found: tuple[Cluster, ...]) -> set[frozenset[str]]:
    return {frozenset(cluster.features) for cluster in found}


@pytest.mark.parametrize("sizes", [[3, 3], [4, 2, 5], [6, 6, 6, 6], [2, 2, 2, 2, 2]])
def test_separate_meanings_make_separate_clusters(sizes: list[int]) -> None:
    concepts, vectors = blobs(sizes)
    names = iter(concept.notation for concept in concepts)
    expected = {frozenset(next(names) for _ in range(size)) for size in sizes}
    assert groups(clusters(concepts, vectors)) == expected


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_few_concepts_are_clustered_too(count: int) -> None:
    concepts, vectors = blobs([count])
    found = clusters(concepts, vectors)
    assert sorted(f for cluster in found for f in cluster.features) == ["f00", "f01", "f02"][:count]


@settings(max_examples=25, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 5), min_size=1, max_size=6),
    seed=st.integers(0, 99),
    shuffle=st.integers(0, 99),
)
def test_the_order_of_concepts_does_not_matter(sizes: list[int], seed: int, shuffle: int) -> None:
    concepts, vectors = blobs(sizes, seed)
    order = np.random.default_rng(shuffle).permutation(len(concepts))
    shuffled = clusters([concepts[i] for i in order], vectors[order])
    assert shuffled == clusters(concepts, vectors)


@settings(max_examples=25, deadline=None)
@given(sizes=st.lists(st.integers(1, 6), min_size=1, max_size=6), seed=st.integers(0, 99))
def test_each_concept_is_in_one_cluster_and_each_name_is_given_once(
    sizes: list[int], seed: int
) -> None:
    concepts, vectors = blobs(sizes, seed)
    found = clusters(concepts, vectors)
    members = sorted(feature for cluster in found for feature in cluster.features)
    assert members == [concept.notation for concept in concepts]
    assert len({cluster.notation for cluster in found}) == len(found)


def test_a_chosen_resolution_sets_how_fine_clusters_are() -> None:
    concepts, vectors = blobs([4, 4, 4])
    counts = [len(clusters(concepts, vectors, resolution=r)) for r in (0.01, 1.0, 50.0)]
    assert counts == [3, 3, 12], "unlike groups are never joined, and fine splits them all"


def test_a_cluster_of_most_concepts_is_split_however_compact() -> None:
    concepts, vectors = blobs([6, 3])
    sizes = sorted(len(cluster.features) for cluster in clusters(concepts, vectors))
    assert sum(sizes) == 9
    assert max(sizes) <= 5
    coarse = clusters(concepts, vectors, resolution=1.0)
    assert sorted(len(cluster.features) for cluster in coarse) == [3, 6]


@pytest.mark.parametrize("sizes", [[3, 3], [1, 4, 2], [2, 1, 1, 1]])
def test_silhouettes_are_what_scikit_learn_makes_them(sizes: list[int]) -> None:
    _, vectors = blobs(sizes)
    likeness = _likeness(vectors)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    parts = tuple(tuple(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist()))
    distance = 1 - likeness
    np.fill_diagonal(distance, 0)
    expected = silhouette_score(distance, labels, metric="precomputed")
    assert _silhouette(parts, likeness) == pytest.approx(expected)


def test_a_cluster_is_named_by_what_its_members_are_kinds_of() -> None:
    _, vectors = blobs([3, 2])
    concepts = [
        Concept(*pair)
        for pair in [
            ("a", "a", "", "", "", "rhythm"),
            ("b", "b", "", "", "", "rhythm"),
            ("c", "c", "", "", "", "large_form"),
            ("d", "deep note", ""),
            ("e", "e", ""),
        ]
    ]
    named = {cluster.label: cluster.notation for cluster in clusters(concepts, vectors)}
    assert named["rhythm and large form"] == "rhythm-and-large-form"
    assert set(named) - {"rhythm and large form"} <= {"deep note", "e"}


def test_clusters_of_one_kind_are_told_apart_by_their_central_concept() -> None:
    concepts, vectors = blobs([3, 3])
    related = [Concept(c.notation, c.label, "", "", "", "timbre") for c in concepts]
    labels = [cluster.label for cluster in clusters(related, vectors)]
    assert len(set(labels)) == 2
    assert all(label.startswith("timbre: f") for label in labels), labels


def test_identical_meanings_do_not_divide_by_zero() -> None:
    concepts, vectors = blobs([4])
    same = np.repeat(vectors[:1], 4, axis=0)
    assert sum(len(cluster.features) for cluster in clusters(concepts, same)) == 4


@pytest.fixture(scope="module")
def shipped_clusters() -> tuple[Cluster, ...]:
    pytest.importorskip("sentence_transformers", reason="meanings are embedded anew")
    return clusters(CONCEPTS, encode([sentence(concept) for concept in CONCEPTS]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("spectral_centroid", "spectral_rolloff"),
        ("tempo", "onset_rate"),
        ("loudness", "dynamic_complexity"),
    ],
)
def test_percepts_that_belong_together_are_together(
    shipped_clusters: tuple[Cluster, ...], one: str, other: str
) -> None:
    homes = {f: cluster.label for cluster in shipped_clusters for f in cluster.features}
    assert homes[one] == homes[other], homes


def test_the_first_percepts_make_a_handful_of_clusters(
    shipped_clusters: tuple[Cluster, ...],
) -> None:
    assert 3 <= len(shipped_clusters) <= 5, [cluster.features for cluster in shipped_clusters]
    assert max(len(cluster.features) for cluster in shipped_clusters) <= len(CONCEPTS) / 2
