"""Every audit is silent over what is right, and bites on its own defect alone."""

import pytest
from pyoxigraph import NamedNode, Quad

from earmark.errors import GraphError
from earmark.graph import Store, check
from earmark.graph.queries import audits

PREFIXES = """
PREFIX ear: <https://w3id.org/earmark/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX sosa: <http://www.w3.org/ns/sosa/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
TRACK = "https://example.org/id/track/swing"
HEARD = f"<{TRACK}/5d0c1e2f/spectral_centroid>"
SEGMENT = f"<{TRACK}/segment/0-30>"
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
}


def rules(store: Store) -> set[str]:
    return {finding.rule for finding in check.audit(store.quads())}


def test_all_is_well_to_begin_with(store: Store) -> None:
    assert [str(finding) for finding in check.everything(store)] == []


def test_every_audit_has_a_defect() -> None:
    assert {audit.name for audit in audits()} == {*DEFECTS, "one_graph_each"}
    assert len(audits()) == 13


@pytest.mark.parametrize("name", sorted(DEFECTS))
def test_an_audit_bites_on_its_defect_alone(store: Store, name: str) -> None:
    delete, insert, where = (f"{{ GRAPH ?g {{ {part} }} }}" for part in DEFECTS[name])
    before = set(store.quads())
    store._inner.update(f"{PREFIXES} DELETE {delete} INSERT {insert} WHERE {where}")
    assert set(store.quads()) != before, "the defect was not seeded"
    assert rules(store) == {name}


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


def test_what_breaks_an_audit_is_not_accepted(store: Store) -> None:
    names = store.names
    wanted = [g for g in store.graphs() if g.endswith("/swing")]
    graphs = {graph: store.graph(graph) for graph in wanted}
    check.accept(graphs)
    tags = names.tags_graph("swing", "8d2ff0a055e0")
    graphs[tags] = [t for t in graphs[tags] if not t.predicate.value.endswith("#share")]
    with pytest.raises(GraphError, match=r"shares_add_up.*and \d+ more"):
        check.accept(graphs)
