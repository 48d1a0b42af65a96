"""Graphs are replaced whole, in one step, and only when something changed."""

import io

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.errors import StoreError
from earmark.graph import Store
from earmark.vocab import EAR, VERSION

BASE = "https://example.org/id/"
TRACK = ox.NamedNode(f"{BASE}track/6f2a")
P = ox.NamedNode("http://e/p")
WORDS = st.text(st.characters(codec="utf-8"), max_size=30)


def tags(run: str, *given: str) -> tuple[str, list[ox.Triple]]:
    current = ox.Triple(TRACK, ox.NamedNode(EAR.currentRun), ox.NamedNode(f"{BASE}run/{run}"))
    has = [ox.Triple(TRACK, ox.NamedNode(EAR.hasTag), ox.NamedNode(f"http://e/{t}")) for t in given]
    return f"{BASE}graph/tags/{run}/6f2a", [current, *has]


def said(store: Store, term: str) -> set[str]:
    quads = store.quads()
    return {q.object.value for q in quads if q.predicate.value == term}  # type: ignore[union-attr]


@pytest.fixture
def store() -> Store:
    return Store.memory(BASE)


def test_a_new_store_holds_the_ontology(store: Store) -> None:
    assert store.graphs() == [f"{BASE}graph/ontology/{VERSION}"]
    assert store.holds(store.names.ontology_graph)


def test_replacing_by_the_same_changes_nothing(store: Store) -> None:
    graph, triples = tags("r1", "jazz")
    assert store.replace({graph: triples})
    before = set(store.quads())
    assert not store.replace({graph: list(reversed(triples))})
    assert set(store.quads()) == before


@given(st.lists(st.lists(WORDS, max_size=4), min_size=1, max_size=4))
def test_a_graph_holds_what_it_was_last_given_whatever_is_said(versions: list[list[str]]) -> None:
    store = Store.memory(BASE)
    for words in versions:
        wanted = {ox.Triple(TRACK, P, ox.Literal(word)) for word in words}
        store.replace({"http://e/g": wanted})
        assert set(store.graph("http://e/g")) == wanted


def test_a_graph_can_be_emptied(store: Store) -> None:
    store.replace({"http://e/g": [ox.Triple(TRACK, P, ox.Literal("x"))]})
    assert store.replace({"http://e/g": []})
    assert not store.holds("http://e/g")


def test_extending_adds_and_says_whether_it_did(store: Store) -> None:
    one, two = (ox.Triple(TRACK, P, ox.Literal(word)) for word in ("one", "two"))
    assert store.extend({"http://e/g": [one]})
    assert not store.extend({"http://e/g": [one]})
    assert store.extend({"http://e/g": [one, two]})
    assert set(store.graph("http://e/g")) == {one, two}


def test_short_cuts_move_to_the_run_that_tags_last(store: Store) -> None:
    store.replace(dict([tags("r1", "jazz", "blues")]))
    store.replace(dict([tags("r2", "rock")]))
    assert said(store, EAR.hasTag) == {"http://e/rock"}
    assert said(store, EAR.currentRun) == {f"{BASE}run/r2"}
    # Tagging by the first run again makes it current again.
    assert store.replace(dict([tags("r1", "jazz", "blues")]))
    assert said(store, EAR.hasTag) == {"http://e/jazz", "http://e/blues"}
    assert said(store, EAR.currentRun) == {f"{BASE}run/r1"}


def test_short_cuts_of_other_tracks_stay(store: Store) -> None:
    other = ox.Triple(ox.NamedNode("http://e/other"), ox.NamedNode(EAR.hasTag), P)
    store.replace({f"{BASE}graph/tags/r1/other": [other]})
    store.replace(dict([tags("r1", "jazz")]))
    store.replace(dict([tags("r2", "rock")]))
    assert said(store, EAR.hasTag) == {"http://e/rock", "http://e/p"}


@pytest.mark.parametrize("style", ["nq", "ttl", "jsonld"])
def test_what_is_dumped_reads_back_equal_and_without_paths(store: Store, style: str) -> None:
    store.replace(dict([tags("r1", "jazz")]))
    path = ox.Triple(TRACK, ox.NamedNode(EAR.path), ox.Literal("/home/me/secret.wav"))
    store.extend({store.names.files_graph: [path]})
    out = io.BytesIO()
    store.dump(out, style)
    assert b"secret" not in out.getvalue()
    kind = {"nq": "N_QUADS", "ttl": "TURTLE", "jsonld": "JSON_LD"}[style]
    back = set(ox.parse(out.getvalue(), format=getattr(ox.RdfFormat, kind)))
    shared = {q for q in store.quads() if q.object != path.object}
    if style == "ttl":
        assert {q.triple for q in back} == {q.triple for q in shared}
    else:
        assert back == shared


def test_an_unknown_format_is_told(store: Store) -> None:
    with pytest.raises(StoreError, match="no format 'xml': there are nq, ttl, jsonld"):
        store.dump(io.BytesIO(), "xml")


@pytest.mark.parametrize(
    ("base", "reason"), [("not an iri/", "is not an IRI"), ("http://e/x", "must end with")]
)
def test_a_base_that_names_nothing_is_refused(base: str, reason: str) -> None:
    with pytest.raises(StoreError, match=reason):
        Store.memory(base)
