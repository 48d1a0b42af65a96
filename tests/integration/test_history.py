"""Runs that differ live side by side; the same run leaves everything as it was."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pyoxigraph import Quad

from earmark.graph import Store, check
from earmark.graph.queries import RunRow, TrackRow
from earmark.model import TagModel
from earmark.pipeline.extract import Extraction, extract
from earmark.pipeline.models import open_model
from earmark.pipeline.tagger import Tagger
from earmark.resources import shipped
from earmark.types import Heard

Tag = Callable[[TagModel], Tagger]

BY_RUN = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX ear: <https://w3id.org/earmark/ns#>
SELECT ?model ?tag ?score {
  ?assertion a ear:TagAssertion ; ear:run/ear:model/dcterms:identifier ?model ; ear:tag ?tag ;
    ear:logOdds ?score .
}
"""


@pytest.fixture(scope="module")
def heard() -> Heard:
    found = extract(shipped("data", "example", "swing.flac")).heard
    assert found is not None
    return found


@pytest.fixture(scope="module")
def first() -> TagModel:
    return open_model()


@pytest.fixture(scope="module")
def second(first: TagModel) -> TagModel:
    """A model of fewer tags, and so another model."""
    return first.only(np.arange(len(first.tags)) < 6)


@pytest.fixture
def store() -> Store:
    return Store.memory()


@pytest.fixture
def tag(store: Store, heard: Heard) -> Tag:
    def once(model: TagModel) -> Tagger:
        tagger = Tagger(store, model)
        (tagged,) = tagger.tag_all([Extraction(Path("swing.flac"), heard=heard)])
        assert tagged.error is None
        return tagger

    return once


def without_executions(store: Store) -> set[Quad]:
    return {quad for quad in store.quads() if "/execution/" not in str(quad.subject)}


def executions(store: Store) -> set[str]:
    return {str(quad.subject) for quad in store.quads() if "/execution/" in str(quad.subject)}


def current(store: Store) -> str | None:
    (row,) = store.rows("tracks", TrackRow)
    return row.run


def test_tagging_again_changes_nothing_but_that_it_was_done(
    store: Store, tag: Tag, first: TagModel
) -> None:
    tag(first)
    before, done = without_executions(store), executions(store)
    tag(first)
    assert without_executions(store) == before
    assert len(executions(store)) == len(done) + 1 == 2


def test_two_runs_coexist_and_can_be_compared(
    store: Store, tag: Tag, first: TagModel, second: TagModel
) -> None:
    tag(first)
    tag(second)
    assert len(store.rows("runs", RunRow)) == 2
    told: dict[str, dict[str, str]] = {}
    for row in store.query(BY_RUN):  # type: ignore[union-attr]
        told.setdefault(row["model"].value, {})[row["tag"].value] = row["score"].value
    assert {len(scores) for scores in told.values()} == {len(first.tags), len(second.tags)}
    assert len(set.intersection(*(set(scores) for scores in told.values()))) == len(second.tags)
    assert check.everything(store) == []


def test_the_run_that_tagged_last_is_current_also_when_it_is_an_old_one(
    store: Store, tag: Tag, first: TagModel, second: TagModel
) -> None:
    tag(first)
    old, as_it_was = current(store), without_executions(store)
    tag(second)
    assert current(store) != old
    tag(first)
    assert current(store) == old
    assert as_it_was <= without_executions(store)
    assert check.everything(store) == []


def test_the_percepts_are_stated_once_however_many_runs_there_are(
    store: Store, tag: Tag, first: TagModel, second: TagModel
) -> None:
    tag(first)
    heard_once = [graph for graph in store.graphs() if "/graph/track/" in graph]
    tag(second)
    assert [graph for graph in store.graphs() if "/graph/track/" in graph] == heard_once
    assert len(heard_once) == 1


def test_reasons_are_those_of_the_current_run(
    tag: Tag, first: TagModel, second: TagModel, heard: Heard
) -> None:
    for model in (first, second):
        paths = tag(model).reasons.paths(heard.track)
        assert {path.model for path in paths} == {model.description().id}
        assert {path.tag for path in paths} == set(model.tags)
