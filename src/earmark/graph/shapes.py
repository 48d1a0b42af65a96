"""Checks triples against the SHACL shapes in ``ontology/shapes``, in two ways.

Compiled to SPARQL they judge what is in a store; pySHACL, which takes many times as
long, judges what others wrote, and now and then what we did. Both speak the same words.
"""

import logging
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    parse,
)

from earmark.errors import GraphError
from earmark.resources import shipped
from earmark.vocab import RDFS, XSD

from .constraints import Constraint, Shape, Term, compiled

if TYPE_CHECKING:
    import rdflib

Answer = QuerySolutions | QueryBoolean | QueryTriples

_SUBCLASS_OF = f"{RDFS.iri}subClassOf"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong: which rule it breaks, where, and what to do."""

    rule: str
    node: str
    message: str

    def __str__(self) -> str:
        return f"{self.rule}: <{self.node}>: {self.message}"


def judge(ask: Callable[[str], Answer]) -> list[Finding]:
    """Where a store breaks a shape, sorted; ``ask`` answers SPARQL over all its graphs."""
    concerned = (shape for shape in shapes() if ask(shape.concerns))
    found = {
        Finding(shape.name, row["node"].value, constraint.told(row["value"]))
        for shape in concerned
        for constraint in shape.constraints
        for row in rows(ask(shape.query(constraint)))
    }
    return sorted(found)


def validate(triples: Iterable[Triple]) -> list[Finding]:
    """Where the triples break a shape by the word of pySHACL, sorted.

    GraphError where pySHACL gives up, as it does on numbers and moments that it cannot compare.
    """
    # Imported here: it takes a second, and most commands need none of it.
    import pyshacl
    from pyshacl.errors import ReportableRuntimeError

    with _quietly():
        data = _graph([*triples, *_axioms()])
        try:
            conforms, report, _ = pyshacl.validate(
                data, shacl_graph=_rdflib_shapes(), inference="none", inplace=True
            )
        except (ReportableRuntimeError, TypeError, ArithmeticError) as error:
            raise GraphError(f"pySHACL cannot check these triples: {error}") from None
        return [] if conforms else sorted(set(_findings(report)))


@contextmanager
def _quietly() -> Iterator[None]:
    """Without what rdflib logs of each literal that it cannot read: findings tell of them."""
    log = logging.getLogger("rdflib.term")
    before, log.disabled = log.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            yield
    finally:
        log.disabled = before


@cache
def shapes() -> tuple[Shape, ...]:
    """The shipped shapes, compiled."""
    return compiled(_stated(), _axioms())


def rows(answer: Answer) -> QuerySolutions:
    """The rows of an answer, which must have some."""
    if not isinstance(answer, QuerySolutions):
        raise GraphError("what finds faults must be a SELECT query")
    return answer


def _findings(report: Any) -> Iterator[Finding]:
    from rdflib.namespace import RDF, SH

    for result in report.subjects(RDF.type, SH.ValidationResult):
        source = str(report.value(result, SH.sourceShape))
        component = str(report.value(result, SH.sourceConstraintComponent))
        name, constraint = _sources()[source, component]
        value = report.value(result, SH.value)
        node = str(report.value(result, SH.focusNode))
        yield Finding(name, node, constraint.told(None if value is None else _known(value)))


@cache
def _sources() -> dict[tuple[str, str], tuple[str, Constraint]]:
    """Which constraint a report of pySHACL's speaks of."""
    return {
        (constraint.source, constraint.component): (shape.name, constraint)
        for shape in shapes()
        for constraint in shape.constraints
    }


@cache
def _stated() -> tuple[Triple, ...]:
    """What the shipped files say; cached, for blank nodes are named anew at each reading."""
    return tuple(_read("shapes/*.ttl"))


@cache
def _axioms() -> tuple[Triple, ...]:
    """Which of our classes are kinds of which."""
    return tuple(triple for triple in _read("*.ttl") if triple.predicate.value == _SUBCLASS_OF)


def _read(pattern: str) -> Iterator[Triple]:
    for file in sorted(shipped("ontology").glob(pattern)):
        for quad in parse(path=file, format=RdfFormat.TURTLE):
            yield quad.triple


# --- the same triples as pySHACL wants them ---


@cache
def _rdflib_shapes() -> "rdflib.Graph":
    return _graph(_stated())


def _graph(triples: Iterable[Triple]) -> "rdflib.Graph":
    import rdflib

    graph = rdflib.Graph()
    # Most nodes occur many times, and making one checks all its characters.
    term = cache(_term)
    for triple in triples:
        graph.add((term(triple.subject), term(triple.predicate), term(triple.object)))
    return graph


def _term(term: Any) -> Any:
    import rdflib

    if not isinstance(term, Literal):
        is_iri = type(term).__name__ == "NamedNode"
        return rdflib.URIRef(term.value) if is_iri else rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    kind = term.datatype.value
    # A plain string and an xsd:string are one thing to RDF and two to rdflib.
    return rdflib.Literal(term.value, datatype=None if kind == XSD.string else rdflib.URIRef(kind))


def _known(term: Any) -> Term:
    """A term of rdflib's as the store would have it."""
    import rdflib

    if isinstance(term, rdflib.Literal):
        kind = None if term.datatype is None or term.language else NamedNode(term.datatype)
        return Literal(str(term), datatype=kind, language=term.language)
    return NamedNode(term) if isinstance(term, rdflib.URIRef) else BlankNode(term)
