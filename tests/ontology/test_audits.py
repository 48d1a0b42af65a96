"""Every audit is silent over what is right, and bites on its own defect alone."""

import math
from collections.abc import Callable

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple

from earmark.errors import GraphError
from earmark.graph import Store, check
from earmark.graph.queries import audits

PREFIXES = """
PREFIX ear: <https://w3id.org/earmark/ns#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX sosa: <http://www.w3.org/ns/sosa/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
TRACK = "https://example.org/id/track/swing"
HEARD = f"<{TRACK}/5d0c1e2f/spectral_centroid>"
SEGMENT = f"<{TRACK}/segment/0-30>"
RUN = "8d2ff0a055e0"
TAGS = ("genre/jazz", "genre/metal")
JAZZ = f"<{TRACK}/run/8d2ff0a055e0/genre/jazz>"
METAL = f"<{TRACK}/run/8d2ff0a055e0/genre/metal>"
TEMPO = f"<{TRACK}/run/8d2ff0a055e0/genre/jazz/because/pulse/tempo>"
PULSE = f"<{TRACK}/run/8d2ff0a055e0/genre/jazz/because/pulse>"
METAL_BASE = f"<{TRACK}/run/8d2ff0a055e0/genre/metal/base-rate>"

# What breaks, as (DELETE, INSERT, WHERE) inside the graph that holds it.
DEFECTS = {
    "contributions_add_up": (
        f"{JAZZ} ear:logOdds ?old",
        f"{JAZZ} ear:logOdds 1.437499",
        f"{JAZZ} ear:logOdds ?old",
    ),
    "shares_add_up": (
        f"{TEMPO} ear:share ?old",
        f"{TEMPO} ear:share 0.750001",
        f"{TEMPO} ear:share ?old",
    ),
    "contributions_reach_an_observation": (
        "?evidence ear:because ?seen",
        f"?evidence ear:because {SEGMENT}",
        f"{PULSE} ear:because ?evidence . ?evidence ear:because ?seen",
    ),
    "chains_end_in_the_sound": (
        f"{HEARD} ear:because ?segment",
        "",
        f"{HEARD} ear:because ?segment",
    ),
    "no_cycles": (
        "",
        f"{SEGMENT} ear:because {HEARD}",
        f"{HEARD} ear:because ?segment",
    ),
    "numbers_are_decimals": (
        f"{JAZZ} ear:probability ?old",
        f"{JAZZ} ear:probability 7.5e-1",
        f"{JAZZ} ear:probability ?old",
    ),
    "one_current_run": (
        "",
        f"<{TRACK}> ear:currentRun <https://example.org/id/run/other>",
        f"{JAZZ} ear:run ?run",
    ),
    "short_cuts_hold": (
        "?track ear:hasTag ?tag",
        "",
        f"{JAZZ} ear:about ?track ; ear:tag ?tag . ?track ear:hasTag ?tag",
    ),
    "decisions_follow_thresholds": (
        f"{METAL} ear:threshold ?old",
        f"{METAL} ear:threshold -9.5",
        f"{METAL} ear:threshold ?old",
    ),
    "evidence_is_ranked_or_imputed": (
        "",
        f"{TEMPO} ear:imputed true",
        f"{JAZZ} ear:run ?run",
    ),
    "reasons_have_one_place": (
        "",
        f"{METAL_BASE} ear:because {TEMPO}",
        f"{JAZZ} ear:run ?run",
    ),
    "everything_is_described": (
        "?tag skos:prefLabel ?label",
        "",
        "?tag skos:notation 'genre/jazz' ; skos:prefLabel ?label",
    ),
    "segments_lie_within": (
        f"{SEGMENT} ear:endSeconds ?old",
        f"{SEGMENT} ear:endSeconds 30.000001",
        f"{SEGMENT} ear:endSeconds ?old",
    ),
    "values_lie_within_bounds": (
        f"{HEARD} sosa:hasSimpleResult ?old",
        f"{HEARD} sosa:hasSimpleResult -0.5",
        f"{HEARD} sosa:hasSimpleResult ?old",
    ),
    "concepts_have_no_cycles": (
        "",
        "?above skos:broader ?tag",
        "?tag skos:notation 'tempo' ; skos:broader ?above",
    ),
    "broader_is_not_related": (
        "",
        "?above skos:related ?tag",
        "?tag skos:notation 'genre/jazz' ; skos:broader ?above",
    ),
    "terms_are_known": (
        "",
        f"<{TRACK}> ear:loudnes 0.5",
        f"{JAZZ} ear:run ?run",
    ),
    "deprecated_terms_have_successors": (
        "",
        "ear:tag owl:deprecated true",
        "ear:tag a ?kind",
    ),
    "chords_follow_in_order": (
        "?chord ear:index 1",
        "?chord ear:index 100",
        "?before ear:next ?chord . ?chord ear:index 1",
    ),
    "links_are_canonical": (
        "",
        "?tag skos:exactMatch <https://www.wikidata.org/wiki/Q8341>",
        "?tag skos:notation 'genre/jazz'",
    ),
    "implied_tags_follow": (
        "",
        f"<{TRACK}> ear:impliesTag ?tag",
        f"{METAL} ear:tag ?tag",
    ),
}
DECIMAL = NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
# What only the example with chords in it can break.
OF_CHORDS = ("chords_follow_in_order",)


def rules(store: Store) -> set[str]:
    return {finding.rule for finding in check.audit(store.quads())}


def test_all_is_well_to_begin_with(store: Store, build_example: Callable[[], Store]) -> None:
    for one in (store, build_example()):
        assert [str(finding) for finding in check.everything(one)] == []


def test_every_audit_has_a_defect() -> None:
    assert {audit.name for audit in audits()} == {*DEFECTS, "one_graph_each"}
    assert len(audits()) >= 22


@pytest.mark.parametrize("name", sorted(DEFECTS))
def test_an_audit_bites_on_its_defect_alone(
    store: Store, build_example: Callable[[], Store], name: str
) -> None:
    seeded = build_example() if name in OF_CHORDS else store
    delete, insert, where = (f"{{ GRAPH ?g {{ {part} }} }}" for part in DEFECTS[name])
    before = set(seeded.quads())
    seeded._inner.update(f"{PREFIXES} DELETE {delete} INSERT {insert} WHERE {where}")
    assert set(seeded.quads()) != before, "the defect was not seeded"
    assert rules(seeded) == {name}


def test_a_triple_in_two_graphs_is_found(store: Store) -> None:
    quad = next(iter(store.quads()))
    elsewhere = NamedNode("https://example.org/id/graph/elsewhere")
    store._inner.add(Quad(quad.subject, quad.predicate, quad.object, elsewhere))
    assert rules(store) == {"one_graph_each"}


@pytest.mark.parametrize("text", ["1.0e-25", "0.0000000000000000000000001", "NaN", "1,5"])
def test_what_the_store_cannot_sum_is_no_agreement(store: Store, text: str) -> None:
    """A sum over a value that is no number is unbound; it must not pass for equal."""
    old, new = "?node ear:share ?old", f'?node ear:share "{text}"^^xsd:decimal'
    where = f"{{ GRAPH ?g {{ {old} FILTER (?node = {TEMPO}) }} }}"
    update = f"DELETE {{ GRAPH ?g {{ {old} }} }} INSERT {{ GRAPH ?g {{ {new} }} }} WHERE {where}"
    store._inner.update(PREFIXES + update)
    assert rules(store) == {"numbers_are_decimals", "shares_add_up"}


def of_track(store: Store, track: str) -> dict[str, list[Triple]]:
    """What is written at once when a track is tagged."""
    wanted = [graph for graph in store.graphs() if graph.endswith((f"/{track}", "/graph/runs"))]
    return {graph: store.graph(graph) for graph in wanted}


def without(graphs: dict[str, list[Triple]], term: str) -> dict[str, list[Triple]]:
    return {
        graph: [triple for triple in triples if not triple.predicate.value.endswith(term)]
        for graph, triples in graphs.items()
    }


def test_what_breaks_an_audit_is_not_accepted(store: Store) -> None:
    graphs = of_track(store, "swing")
    check.accept(graphs, store)
    with pytest.raises(GraphError, match=r"shares_add_up.*and \d+ more"):
        check.accept(without(graphs, "#share"), store)


def test_what_breaks_a_shape_is_not_accepted(store: Store) -> None:
    with pytest.raises(GraphError, match=r"TagAssertion: <.*>: ear:high is missing: state it"):
        check.accept(without(of_track(store, "swing"), "#high"), store)


def test_what_the_store_does_not_know_is_not_accepted(store: Store) -> None:
    graphs = of_track(store, "swing")
    stranger = Store.memory(store.names.base)
    with pytest.raises(GraphError, match=r"everything_is_described: <.*/model/.*brightness>"):
        check.accept(graphs, stranger)
    # Without any store it cannot be told.
    check.accept(graphs)


def test_a_node_in_several_graphs_is_judged_by_all_of_them(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "_AT_ONCE", 1)
    high = NamedNode("https://w3id.org/earmark/ns#high")
    (old,) = store._inner.quads_for_pattern(NamedNode(JAZZ.strip("<>")), high, None)
    elsewhere = NamedNode("https://example.org/id/graph/elsewhere")
    store._inner.remove(old)
    assert {finding.rule for finding in check.everything(store)} == {"TagAssertion"}
    store._inner.add(Quad(old.subject, old.predicate, old.object, elsewhere))
    assert check.everything(store) == []
    store._inner.add(Quad(old.subject, old.predicate, Literal("9", datatype=DECIMAL), elsewhere))
    (found,) = check.everything(store)
    assert "ear:high is stated more than once" in str(found)


def probability(value: str, where: str) -> str:
    old = f"{where} ear:probability ?old"
    return (
        f"{PREFIXES} DELETE {{ GRAPH ?g {{ {old} }} }} "
        f"INSERT {{ GRAPH ?g {{ {where} ear:probability {value} }} }} "
        f"WHERE {{ GRAPH ?g {{ {old} }} }}"
    )


def test_a_probability_is_the_logistic_of_its_log_odds(store: Store) -> None:
    store._inner.update(probability("0.75", JAZZ))
    (found,) = check.everything(store)
    assert found.rule == "probabilities_follow"
    assert f"<{found.node}>" == JAZZ
    assert "0.750000, but 0.874077" in found.message


def test_among_classes_a_probability_is_the_softmax(store: Store) -> None:
    model = store.names.model("genres-ab12ab12")
    exclusive = (
        f"{PREFIXES} DELETE {{ GRAPH ?g {{ <{model}> ear:multiclass false }} }} "
        f"INSERT {{ GRAPH ?g {{ <{model}> ear:multiclass true }} }} "
        f"WHERE {{ GRAPH ?g {{ <{model}> ear:multiclass false }} }}"
    )
    store._inner.update(exclusive)
    # As if each tag of a track were one of several classes, all but one of them wrong.
    assert {finding.rule for finding in check.everything(store)} == {"probabilities_follow"}
    for track in ("swing", "drone"):
        assertions = {tag: f"<{store.names.assertion(track, RUN, tag)}>" for tag in TAGS}
        log_odds = {tag: score_of(store, node) for tag, node in assertions.items()}
        total = sum(math.exp(value) for value in log_odds.values())
        for tag, node in assertions.items():
            store._inner.update(probability(f"{math.exp(log_odds[tag]) / total:.6f}", node))
    assert [str(finding) for finding in check.everything(store)] == []


def score_of(store: Store, node: str) -> float:
    log_odds = NamedNode("https://w3id.org/earmark/ns#logOdds")
    (found,) = store._inner.quads_for_pattern(NamedNode(node.strip("<>")), log_odds, None)
    assert isinstance(found.object, Literal)
    return float(found.object.value)


def test_one_write_in_fifty_is_looked_at_by_pyshacl_too() -> None:
    chosen = [check._is_sampled({f"https://example.org/{n}": ()}) for n in range(5_000)]
    assert 60 < sum(chosen) < 140
    assert chosen == [check._is_sampled({f"https://example.org/{n}": ()}) for n in range(5_000)]
