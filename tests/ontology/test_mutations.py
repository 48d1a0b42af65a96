"""Every demand of every shape is broken once: it bites, and no other shape does.

The defects are made from a shape's good example and from what its file says, read here
anew; so a shape or a constraint that is added is put to the test by being there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH, XSD

from earmark.graph.shapes import Answer, Finding, judge, shapes, validate
from earmark.resources import shipped

STEMS = sorted(path.stem for path in shipped("ontology", "shapes").glob("*.ttl"))
ODD = NamedNode("https://example.org/id/something-odd")
WORD = Literal("none of them")
DATE_TIME = NamedNode(str(XSD.dateTime))

Value = NamedNode | BlankNode | Literal


@dataclass(frozen=True)
class Demand:
    """One constraint as the shape's file states it; one of the node itself has no path."""

    stem: str
    kind: str
    path: str
    wanted: str

    @property
    def rule(self) -> str:
        """The name of the shape."""
        return "".join(word.capitalize() for word in self.stem.split("_"))

    def __str__(self) -> str:
        place = self.path.replace("#", "/").rpartition("/")[2]
        return f"{self.stem}-{place}-{self.kind}"


def demands(stem: str) -> Iterator[Demand]:
    graph = rdflib.Graph().parse(shipped("ontology", "shapes", f"{stem}.ttl"))
    (node,) = graph.subjects(RDF.type, SH.NodeShape)
    for _ in graph.objects(node, SH.nodeKind):
        yield Demand(stem, "nodeKind", "", "")
    for kind in ("xone", "or"):
        for members in graph.objects(node, SH[kind]):
            paths = " ".join(str(graph.value(m, SH.path)) for m in Collection(graph, members))
            yield Demand(stem, kind, "", paths)
    for place in graph.objects(node, SH.property):
        path = str(graph.value(place, SH.path))
        for predicate, value in graph.predicate_objects(place):
            if predicate != SH.path:
                yield Demand(stem, str(predicate).removeprefix(str(SH)), path, str(value))


DEMANDS = [demand for stem in STEMS for demand in demands(stem)]


@cache
def good(stem: str) -> tuple[Triple, ...]:
    path = shipped("ontology", "examples", "good", f"{stem}.ttl")
    return tuple(quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE))


def number(value: float) -> Literal:
    return Literal(f"{value:.1f}", datatype=NamedNode(str(XSD.decimal)))


WRONG: dict[str, list[Value]] = {
    "minCount": [],
    "maxCount": [ODD, Literal("something else")],
    "nodeKind": [WORD],
    "in": [WORD],
    "datatype": [Literal("odd", datatype=ODD)],
    "pattern": [Literal("§")],
    "minLength": [Literal("")],
    "uniqueLang": [Literal("one", language="en"), Literal("two", language="en")],
}
BEYOND = {"minInclusive": -1, "minExclusive": -1, "maxInclusive": 1}


def wrong(demand: Demand, known: list[Any]) -> list[Value]:
    """Values that do not meet a demand; a kind that is not known here has no test yet."""
    if demand.kind in WRONG:
        return WRONG[demand.kind]
    if demand.kind in BEYOND:
        return [number(float(demand.wanted) + BEYOND[demand.kind])]
    assert demand.kind in ("lessThan", "lessThanOrEquals"), f"no defect is known for {demand}"
    in_time = known[0].datatype == DATE_TIME
    return [Literal("2999-01-01T00:00:00Z", datatype=DATE_TIME) if in_time else number(1e9)]


def broken(demand: Demand) -> tuple[Any, list[Triple]]:
    """The first node of the good example, and all of it with one demand not met there."""
    triples = list(good(demand.stem))
    node = triples[0].subject
    if demand.path:
        path = NamedNode(demand.path)
        known = [t.object for t in triples if t.subject == node and t.predicate == path]
        kept = [t for t in triples if t.subject != node or t.predicate != path]
        return node, [*kept, *(Triple(node, path, value) for value in wrong(demand, known))]
    if demand.kind == "nodeKind":
        blank = BlankNode()
        return blank, [
            Triple(blank if t.subject == node else t.subject, t.predicate, t.object)
            for t in triples
        ]
    choices = demand.wanted.split()
    return node, [t for t in triples if t.subject != node or t.predicate.value not in choices]


def loaded(triples: list[Triple]) -> Store:
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in triples)
    return store


def verdicts(found: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.rule, finding.node) for finding in found}


def test_there_are_demands() -> None:
    assert len(DEMANDS) > 300
    assert {demand.stem for demand in DEMANDS} == set(STEMS)
    assert sum(len(shape.constraints) for shape in shapes()) == len(DEMANDS)


@pytest.mark.parametrize("demand", DEMANDS, ids=str)
def test_a_demand_bites_and_no_other_shape_does(demand: Demand) -> None:
    node, triples = broken(demand)
    store = loaded(triples)

    def ask(text: str) -> Answer:
        return store.query(text)

    by_sparql = verdicts(judge(ask))
    by_pyshacl = verdicts(validate(quad.triple for quad in store))
    assert by_sparql == by_pyshacl
    assert (demand.rule, node.value) in by_sparql
    # A node that is no IRI is none for every class that it is of.
    above = {"BaseRate": "Contribution", "Remainder": "Evidence", "FeatureCluster": "Concept"}
    assert {rule for rule, _ in by_sparql} <= {demand.rule, above.get(demand.rule)}
    # It is this demand that bites, and not only another of the same shape.
    (shape,) = [shape for shape in shapes() if shape.name == demand.rule]
    mine = [
        one
        for one in shape.constraints
        if one.component.lower().endswith(f"#{demand.kind}constraintcomponent".lower())
        and f"<{demand.path}>" in one.where + ("<>" if not demand.path else "")
    ]
    assert any(
        row["node"] == node
        for one in mine
        for row in store.query(shape.query(one))  # type: ignore[union-attr]
    )


@pytest.mark.parametrize("demand", [d for d in DEMANDS if d.kind == "xone"], ids=str)
def test_of_two_that_exclude_each_other_both_are_too_many(demand: Demand) -> None:
    node, triples = broken(demand)
    both = [*triples, *(Triple(node, NamedNode(path), ODD) for path in demand.wanted.split())]
    (shape,) = [shape for shape in shapes() if shape.name == demand.rule]
    (mine,) = [one for one in shape.constraints if "XoneConstraint" in one.component]
    found = loaded(both).query(shape.query(mine))
    assert [row["node"] for row in found] == [node]  # type: ignore[union-attr]
