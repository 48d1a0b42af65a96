"""Checks triples against the SHACL shapes in ``ontology/shapes``."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, RdfFormat, Triple, parse

from earmark.resources import shipped

if TYPE_CHECKING:
    import rdflib

_SHAPES = "https://w3id.org/earmark/shapes#"
_STRING = "http://www.w3.org/2001/XMLSchema#string"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong: which rule it breaks, where, and how."""

    rule: str
    node: str
    message: str

    def __str__(self) -> str:
        return f"{self.rule}: <{self.node}>: {self.message}"


def validate(triples: Iterable[Triple]) -> list[Finding]:
    """Where the triples break a shape, sorted; nothing where they conform."""
    # Imported here: it takes a second, and most commands check nothing.
    import pyshacl

    conforms, report, _ = pyshacl.validate(
        _graph(triples), shacl_graph=_shapes(), inference="none", inplace=True
    )
    return [] if conforms else sorted(set(_findings(report)))


def _findings(report: Any) -> Iterator[Finding]:
    from rdflib.namespace import RDF, SH

    shapes = _shapes()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        path, value = report.value(result, SH.resultPath), report.value(result, SH.value)
        message = str(report.value(result, SH.resultMessage))
        where = f"{_short(path)}: " if path else ""
        found = f" (found {value})" if value is not None and str(value) not in message else ""
        yield Finding(
            rule=_owner(shapes, report.value(result, SH.sourceShape)),
            node=str(report.value(result, SH.focusNode)),
            message=f"{where}{message}{found}",
        )


def _owner(shapes: "rdflib.Graph", shape: Any) -> str:
    """The name of the node shape that a property shape is a part of."""
    from rdflib.namespace import SH

    named = shape if str(shape).startswith(_SHAPES) else shapes.value(None, SH.property, shape)
    return str(named).removeprefix(_SHAPES)


def _short(path: Any) -> str:
    return str(path).rpartition("#")[2].rpartition("/")[2]


@cache
def _shapes() -> "rdflib.Graph":
    files = sorted(shipped("ontology", "shapes").glob("*.ttl"))
    quads = (quad for file in files for quad in parse(path=file, format=RdfFormat.TURTLE))
    return _graph(quad.triple for quad in quads)


def _graph(triples: Iterable[Triple]) -> "rdflib.Graph":
    """The same triples as pySHACL wants them."""
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
    return rdflib.Literal(term.value, datatype=None if kind == _STRING else rdflib.URIRef(kind))
