"""Reasons that had no room in the store are made again, and equal those that would be kept."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pyoxigraph import Literal, NamedNode, Triple

from earmark.errors import EarmarkError, GraphError, ModelError
from earmark.explain import path as explained
from earmark.graph import Store, build, check, tables
from earmark.graph.queries import PerceptRow, TagRow
from earmark.model import TagModel, fit_tags, save
from earmark.pipeline.extract import Extraction
from earmark.pipeline.reasons import Reasons
from earmark.pipeline.rebuild import rebuilt, tagged_by
from earmark.pipeline.scoring import scores
from earmark.pipeline.tagger import Tagger
from earmark.types import Chain, Cluster, Heard, ReasoningPath, Run, Table, TagScore
from earmark.vocab import EAR

CLUSTERS = tuple(
    Cluster(f"group-{c}", f"group {c}", tuple(f"percept_{c}_{n}" for n in range(5)))
    for c in range(4)
)
FEATURES = tuple(feature for cluster in CLUSTERS for feature in cluster.features)
TRACK = "many/7"


@pytest.fixture(scope="module")
def table() -> Table:
    """Sixty tags, each of which follows from two percepts; the odd one is not known."""
    rng = np.random.default_rng(3)
    values = rng.standard_normal((120, len(FEATURES)))
    slopes = 2 * rng.standard_normal((len(FEATURES), 60))
    labels = values @ (slopes * (rng.random(slopes.shape) < 0.1)) + rng.logistic(size=(120, 60)) > 1
    values[rng.random(values.shape) < 0.05] = np.nan
    values[7, 3] = np.nan
    return Table(
        name="many",
        tracks=tuple(map(str, range(120))),
        features=FEATURES,
        values=values.round(6),
        tags=tuple(f"genre/{n:02}" for n in range(60)),
        labels=labels,
        multiclass=False,
        artists=("",) * 120,
        splits=("train",) * 120,
        procedures={feature: f"many:{feature}" for feature in FEATURES},
        licence="CC0-1.0",
        source="made up",
    )


@pytest.fixture(scope="module")
def model(table: Table) -> TagModel:
    return fit_tags(table, CLUSTERS, name="many", seed=0)


@pytest.fixture(scope="module")
def heard(table: Table) -> Heard:
    return next(heard for heard in tables.heard(table) if heard.track == TRACK)


@pytest.fixture(scope="module")
def judged(model: TagModel, heard: Heard) -> dict[str, TagScore]:
    return {score.tag: score for score in scores(model, heard)}


@pytest.fixture
def store(table: Table, model: TagModel, heard: Heard) -> Iterator[Store]:
    """A store with one track, and more tags than there is room for."""
    made = Store.memory("https://example.org/id/")
    with Tagger(made, model) as tagger:
        made.replace(build.dataset(made.names, table.rows(np.array([7]))))
        (tagged,) = tagger.tag_all([Extraction(Path("7"), heard=heard)])
        assert tagged.error is None
        yield made


def listed(store: Store) -> dict[str, str]:
    rows = store.rows("tags_of_track", TagRow, track=store.names.track(TRACK))
    return {row.tag: row.chain for row in rows}


def with_score_only(store: Store) -> list[str]:
    return [tag for tag, kept in listed(store).items() if kept == Chain.SCORE_ONLY]


def unmentioned(store: Store, judged: dict[str, TagScore]) -> list[str]:
    return sorted(judged.keys() - listed(store).keys())


def as_if_kept(store: Store, heard: Heard, score: TagScore) -> ReasoningPath:
    """The path of a tag in a store that has had room for it."""
    roomy = Store.memory(store.names.base)
    roomy.replace({graph: store.graph(graph) for graph in store.graphs()})
    by = tagged_by(store, TRACK)
    run = Run(by.code, by.features, by.model, by.ontology)
    roomy.replace(build.tags(roomy.names, heard, [score], run))
    path = explained.reasoning_path(roomy, TRACK, score.tag)
    assert path.chain is Chain.FULL
    return path


def of_score(path: ReasoningPath) -> dict[str, float]:
    return {strand.cluster: strand.contribution for strand in path.strands}


def test_the_track_has_tags_of_all_three_sorts(store: Store, judged: dict[str, TagScore]) -> None:
    assert Chain.FULL in listed(store).values()
    assert with_score_only(store)
    assert unmentioned(store, judged)


def test_a_rebuilt_path_equals_the_one_that_would_be_kept(
    store: Store, model: TagModel, heard: Heard, judged: dict[str, TagScore]
) -> None:
    for tag in (with_score_only(store)[0], unmentioned(store, judged)[0]):
        view = rebuilt(store, TRACK, [tag], model)
        path = explained.reasoning_path(view, TRACK, tag)
        assert path == as_if_kept(store, heard, judged[tag])
        assert any(reason.missing for strand in path.strands for reason in strand.reasons)
        parts = judged[tag].contributions
        assert of_score(path) == {part.cluster: part.contribution for part in parts}


def test_rebuilding_leaves_the_store_alone(store: Store, model: TagModel) -> None:
    before = set(store.quads())
    rebuilt(store, TRACK, with_score_only(store), model)
    assert set(store.quads()) == before


def test_what_is_rebuilt_is_marked_and_what_was_kept_is_not(store: Store, model: TagModel) -> None:
    tag = with_score_only(store)[0]
    view = rebuilt(store, TRACK, list(listed(store)), model)
    assert set(listed(view).values()) == {Chain.FULL}
    marked = [quad for quad in view.quads() if quad.predicate.value == EAR.rebuiltBy]
    learnt = NamedNode(store.names.model(tagged_by(store, TRACK).model))
    assert {quad.object for quad in marked} == {learnt}
    assert len(marked) == len(with_score_only(store))
    run = store.rows("tags_of_track", TagRow, track=store.names.track(TRACK))[0].run
    assert NamedNode(store.names.assertion(TRACK, run, tag)) in {q.subject for q in marked}


def test_every_audit_and_shape_holds_over_what_is_laid_together(
    store: Store, model: TagModel, judged: dict[str, TagScore]
) -> None:
    view = rebuilt(store, TRACK, list(judged), model)
    assert len(listed(view)) == len(judged)
    assert check.everything(view) == []


def test_the_view_holds_the_one_recording_and_all_that_is_said_of_it(
    store: Store, model: TagModel
) -> None:
    view = rebuilt(store, TRACK, with_score_only(store), model)
    by_person = "SELECT * { ?said a <https://w3id.org/earmark/ns#Statement> }"
    assert len(list(view.query(by_person))) == len(list(store.query(by_person))) > 0  # type: ignore[arg-type]
    assert len(view.rows("percepts", PerceptRow, graph=percepts(view))) == len(FEATURES)


def percepts(store: Store) -> str:
    return store.names.percepts_graph(TRACK, tagged_by(store, TRACK).features)


def test_another_model_is_refused(store: Store, model: TagModel) -> None:
    other = replace(model, name="other")
    with pytest.raises(ModelError, match=r"tagged with the model many-.* this is other"):
        rebuilt(store, TRACK, with_score_only(store), other)


def test_percepts_that_give_another_score_are_refused(store: Store, model: TagModel) -> None:
    graph = percepts(store)
    changed = [
        Triple(t.subject, t.predicate, Literal("3.5", datatype=t.object.datatype))
        if t.predicate.value.endswith("hasSimpleResult") and isinstance(t.object, Literal)
        else t
        for t in store.graph(graph)
    ]
    store.replace({graph: changed})
    with pytest.raises(GraphError, match="the model now gives"):
        rebuilt(store, TRACK, with_score_only(store), model)


def test_percepts_that_are_gone_are_told(store: Store, model: TagModel) -> None:
    store.replace({percepts(store): ()})
    with pytest.raises(GraphError, match="no longer in the store"):
        rebuilt(store, TRACK, with_score_only(store), model)


def test_reasons_are_told_in_full_where_the_model_is_at_hand(
    store: Store, model: TagModel, judged: dict[str, TagScore]
) -> None:
    reasons = Reasons(store, model=model)
    for tag in (with_score_only(store)[0], unmentioned(store, judged)[0]):
        assert f"= {judged[tag].log_odds:.6f}" in reasons.text(TRACK, tag)
        assert "rebuiltBy" in reasons.turtle(TRACK, tag)
    assert all(path.chain is Chain.FULL for path in reasons.paths(TRACK))
    assert [path.tag for path in reasons.paths(TRACK)] == list(listed(store))


def test_a_track_may_be_named_by_its_iri(store: Store, model: TagModel) -> None:
    tag = with_score_only(store)[0]
    (path,) = Reasons(store, model=model).paths(store.names.track(TRACK), tag)
    assert path.chain is Chain.FULL


def test_an_installed_model_is_found_by_its_digest(
    store: Store, model: TagModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    save(model, tmp_path / "earmark" / "models" / "under-another-name")
    (path,) = Reasons(store).paths(TRACK, with_score_only(store)[0])
    assert path.chain is Chain.FULL


def test_without_the_model_it_is_said_why_there_are_no_reasons(
    store: Store, judged: dict[str, TagScore], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    reasons = Reasons(store)
    tag, nothing = with_score_only(store)[0], unmentioned(store, judged)[0]
    said = " ".join(reasons.text(TRACK, tag).split())
    assert "Only the score of this tag was kept, not its reasons." in said
    assert "They could not be made again: no installed model has the digest" in said
    assert "no installed model has the digest" in reasons.page(TRACK, tag)
    with pytest.raises(EarmarkError, match=f"nothing was kept of {nothing}"):
        reasons.text(TRACK, nothing)


def test_a_tag_that_the_model_does_not_know_is_told(store: Store, model: TagModel) -> None:
    with pytest.raises(EarmarkError, match="was not judged by the tag 'mood/odd'"):
        Reasons(store, model=model).text(TRACK, "mood/odd")
