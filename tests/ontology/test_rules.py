"""Every rule fires where it should, not on a near miss, and the same way each time."""

from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import BlankNode, NamedNode, Triple

from earmark.errors import GraphError
from earmark.graph import Store, check, rules
from earmark.graph.queries import TagsGraphRow
from earmark.pipeline.ontology import rules_ttl
from earmark.vocab import EAR, RDF

BASE = "https://example.org/id/"
SWING, DRONE = f"{BASE}track/swing", f"{BASE}track/drone"
MOOD = "https://w3id.org/earmark/voc/tags/mood/"
FUNCTION = f"{SWING}/5d0c1e2f/function"
BEFORE = """
PREFIX ear: <https://w3id.org/earmark/ns#>
PREFIX function: <https://w3id.org/earmark/voc/functions/>
PREFIX mood: <https://w3id.org/earmark/voc/tags/mood/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX swing: <https://example.org/id/track/swing/5d0c1e2f/>
"""
# What the rules derive of the example, each node once.
DERIVED = {
    "contradictions": {
        f"{SWING}/contradiction/mood%2Fdrowsy/mood%2Ffast",
        f"{DRONE}/contradiction/mood%2Fcalm/mood%2Fenergetic",
        f"{DRONE}/contradiction/mood%2Fenergetic/mood%2Fmeditative",
    },
    "cadences": {
        f"{FUNCTION}-1/authentic-cadence",
        f"{FUNCTION}-3/plagal-cadence",
        f"{FUNCTION}-7/deceptive-cadence",
        f"{FUNCTION}-10/authentic-cadence",
    },
    "ii-v-i": {f"{FUNCTION}-0/ii-V-I", f"{FUNCTION}-9/ii-V-I"},
    "turnarounds": {f"{SWING}/rule/harmony/ii-v-i"},
}
IMPLIED = {(SWING, "manner"), (SWING, "peaceful"), (DRONE, "lively"), (DRONE, "peaceful")}


@pytest.fixture
def store(build_example: Callable[[], Store]) -> Store:
    return build_example()


def derived(store: Store) -> list[Triple]:
    graphs = rules.derive(store, ["swing", "drone"])
    assert set(graphs) == {f"{BASE}graph/implied/swing", f"{BASE}graph/implied/drone"}
    return [triple for triples in graphs.values() for triple in triples]


def nodes(store: Store) -> dict[str, set[str]]:
    """What is derived, by the rule that it names."""
    by_rule: dict[str, set[str]] = {}
    for triple in derived(store):
        if triple.predicate.value == EAR.byRule:
            by_rule.setdefault(_value(triple.object).rpartition("/")[2], set()).add(
                _value(triple.subject)
            )
    return by_rule


def implied(store: Store) -> set[tuple[str, str]]:
    return {
        (_value(triple.subject), _value(triple.object).rpartition("/")[2])
        for triple in derived(store)
        if triple.predicate.value == EAR.impliesTag
    }


def _value(term: object) -> str:
    assert isinstance(term, NamedNode), term
    return term.value


def change(store: Store, delete: str, insert: str) -> None:
    """In whichever graph it stands, replace a triple."""
    before = len(list(store.quads()))
    where = f"GRAPH ?graph {{ {delete} }}"
    store._inner.update(
        f"{BEFORE} DELETE {{ {where} }} "
        f"INSERT {{ GRAPH ?graph {{ {insert} }} }} WHERE {{ {where} }}"
    )
    removed = before - len(list(store.quads()))
    assert removed == (0 if insert else 1), "the change was not the one that was meant"


def state(store: Store, graph: str, subject: str, predicate: str, value: str) -> None:
    """Add one triple to a graph."""
    triple = Triple(NamedNode(subject), NamedNode(predicate), NamedNode(value))
    assert store.extend({f"{BASE}graph/{graph}": [triple]})


def tags_graph(store: Store) -> str:
    """The graph of what the current run concludes about swing."""
    (row,) = store.rows("tags_graph", TagsGraphRow, track=SWING)
    return row.graph


def test_every_rule_fires_exactly_where_it_should(store: Store) -> None:
    assert nodes(store) == DERIVED
    assert implied(store) == IMPLIED
    assert {rule.notation for rule in rules.available()} == {"broader-tags", *DERIVED}


def test_what_is_derived_may_be_written(store: Store) -> None:
    assert check.everything(store) == []


@pytest.mark.parametrize(
    ("delete", "insert", "lost"),
    [
        # The roots of a fourth and a fifth degree, a third apart, and a step up.
        ("swing:chord-0 ear:rootPc 2", "swing:chord-0 ear:rootPc 5", "0/ii-V-I"),
        ("swing:chord-4 ear:rootPc 0", "swing:chord-4 ear:rootPc 9", "3/plagal-cadence"),
        ("swing:chord-8 ear:rootPc 9", "swing:chord-8 ear:rootPc 10", "7/deceptive-cadence"),
        # The same chords, but one of them does something else.
        (
            "swing:function-0 ear:function function:subdominant_substitute",
            "swing:function-0 ear:function function:secondary_dominant",
            "0/ii-V-I",
        ),
        (
            "swing:function-8 ear:function function:tonic_substitute",
            "swing:function-8 ear:function function:modal",
            "7/deceptive-cadence",
        ),
        # The same functions, but in two keys.
        (
            "swing:function-4 ear:inKey swing:key-0",
            "swing:function-4 ear:inKey swing:key-1",
            "3/plagal-cadence",
        ),
        # The same functions and roots, but not one after the other.
        ("swing:chord-3 ear:next swing:chord-4", "", "3/plagal-cadence"),
    ],
)
def test_a_progression_does_not_occur_by_a_hair(
    delete: str, insert: str, lost: str, store: Store
) -> None:
    change(store, delete, insert)
    expected = DERIVED["cadences"] | DERIVED["ii-v-i"]
    found = nodes(store)
    assert expected - (found["cadences"] | found["ii-v-i"]) == {f"{FUNCTION}-{lost}"}


def test_one_turnaround_gives_no_tag(store: Store) -> None:
    change(store, "swing:chord-9 ear:next swing:chord-10", "")
    assert nodes(store)["ii-v-i"] == {f"{FUNCTION}-0/ii-V-I"}
    assert "turnarounds" not in nodes(store)


def test_tags_of_an_earlier_run_contradict_nothing(store: Store) -> None:
    """The older run gives swing the tag energetic, which the calm of the new one excludes."""
    assert not any(
        "swing" in node and "energetic" in node for node in nodes(store)["contradictions"]
    )


def test_only_what_the_vocabulary_excludes_is_a_contradiction(store: Store) -> None:
    change(store, "mood:lively ear:contradicts mood:peaceful", "")
    assert nodes(store)["contradictions"] == {f"{SWING}/contradiction/mood%2Fdrowsy/mood%2Ffast"}


def test_a_contradiction_said_both_ways_is_told_once(store: Store) -> None:
    state(store, "concept/fast", f"{MOOD}fast", EAR.contradicts, f"{BASE}tag/mood/drowsy")
    assert nodes(store)["contradictions"] == DERIVED["contradictions"]


def test_what_a_recording_has_is_not_implied_besides(store: Store) -> None:
    graph = tags_graph(store).removeprefix(f"{BASE}graph/")
    state(store, graph, SWING, EAR.hasTag, f"{MOOD}peaceful")
    assert implied(store) == IMPLIED - {(SWING, "peaceful")}


def test_deriving_twice_changes_nothing(store: Store) -> None:
    graphs = rules.derive(store, ["swing", "drone"])
    assert graphs == rules.derive(store, ["drone", "swing"])
    assert not store.replace(graphs), "the example holds what was derived when it was made"
    assert not any(isinstance(t, BlankNode) for triple in derived(store) for t in triple)


def test_no_rule_feeds_on_itself(store: Store) -> None:
    """Running all of them again over what they gave finds nothing new."""
    graphs = {name: store.graph(name) for name in store.graphs()}
    again = rules.conclude(store, "swing", graphs)
    known = {quad.triple for quad in store.quads()}
    assert set(again[f"{BASE}graph/implied/swing"]) <= known


def test_tagging_again_leaves_nothing_stale(store: Store) -> None:
    tags, names = tags_graph(store), store.names
    graphs = {
        tags: [triple for triple in store.graph(tags) if triple.predicate.value != EAR.hasTag],
        names.percepts_graph("swing", "5d0c1e2f"): store.graph(
            names.percepts_graph("swing", "5d0c1e2f")
        ),
    }
    store.replace(graphs | rules.conclude(store, "swing", graphs))
    left = {_value(triple.subject) for triple in store.graph(names.implied_graph("swing"))}
    assert left == DERIVED["cadences"] | DERIVED["ii-v-i"] | DERIVED["turnarounds"]


def test_an_untagged_track_gives_nothing(store: Store) -> None:
    assert rules.derive(store, ["genres/waltz"]) == {f"{BASE}graph/implied/genres/waltz": []}


def test_derived_nodes_name_their_rule_and_premises(store: Store) -> None:
    known = {_value(quad.subject) for quad in store.quads()}
    said: dict[str, dict[str, list[str]]] = {}
    for triple in derived(store):
        facts = said.setdefault(_value(triple.subject), {})
        facts.setdefault(triple.predicate.value, []).append(_value(triple.object))
    for node, facts in said.items():
        if RDF.type in facts:
            assert len(facts[EAR.byRule]) == 1, node
            assert len(facts[EAR.because]) >= 2, node
            assert {*facts[EAR.because], *facts[EAR.byRule]} <= known, node


def test_rules_are_in_order_and_name_themselves() -> None:
    found = rules.available()
    assert [rule.order for rule in found] == list(range(1, len(found) + 1))
    for rule in found:
        assert "PREFIX rule:" not in rule.text or f"rule:{rule.notation}" in rule.text


def test_reasoners_find_every_rule_in_turtle() -> None:
    listed = rdflib.Graph().parse(data=rules_ttl(), format="turtle")
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    for rule in rules.available():
        node = rdflib.URIRef(f"https://w3id.org/earmark/voc/rules/{rule.notation}")
        assert str(listed.value(node, sh.construct)) == rule.text
        assert int(str(listed.value(node, sh.order))) == rule.order
        assert str(listed.value(node, rdflib.SKOS.definition)) == rule.says


def test_a_rule_without_a_reference_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "06-guess.rq"
    file.write_text("# Anything goes.\n# label: guess\nCONSTRUCT {} WHERE {}", "utf-8")
    with pytest.raises(GraphError, match=r"06-guess\.rq must begin with .* its reference"):
        rules._read(file)
