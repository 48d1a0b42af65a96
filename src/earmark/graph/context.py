"""Makes the JSON-LD context from the ontology: short keys for all that Earmark writes.

How the value of a key is written follows from use: the shipped Turtle and the good
examples state each property as it is meant. Nothing here uses ``earmark.vocab``: this must
run while the list it reads is stale.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from earmark.resources import shipped

from .authoring import terms

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_OBJECT_PROPERTY = "http://www.w3.org/2002/07/owl#ObjectProperty"
_XSD = "http://www.w3.org/2001/XMLSchema#"
# Types are written under @type, and datatypes only beside their values.
_NOT_KEYS = ("rdf", "xsd")
_OWN = "ear"


def context() -> dict[str, Any]:
    """The context: prefixes, then a key for every term, own terms before those of others."""
    listed = terms()
    spaces = {prefix: space["iri"] for prefix, space in listed["namespaces"].items()}
    keys = _keys({prefix: space["terms"] for prefix, space in listed["namespaces"].items()})
    written = _how_values_are_written()
    defined = {
        key: {"@id": f"{prefix}:{term}"} | how
        if (how := written.get(spaces[prefix] + term))
        else f"{prefix}:{term}"
        for key, (prefix, term) in keys.items()
    }
    prefixes = spaces | {"voc": listed["concepts"]["iri"]}
    return {"@context": {"@version": 1.1} | dict(sorted(prefixes.items())) | defined}


def _keys(terms_of: dict[str, list[str]]) -> dict[str, tuple[str, str]]:
    """A key for each term: its bare name, or with its prefix where another has that name."""
    bare = Counter(term for prefix, listed in terms_of.items() for term in listed)
    named = sorted(
        (prefix != _OWN, prefix, term)
        for prefix, listed in terms_of.items()
        if prefix not in _NOT_KEYS
        for term in listed
    )
    return {
        term if bare[term] == 1 or prefix == _OWN else f"{prefix}:{term}": (prefix, term)
        for _, prefix, term in named
    }


def _how_values_are_written() -> dict[str, dict[str, str]]:
    """For each property that has values of one kind only, what that kind is."""
    seen: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for quad in _stated():
        seen[quad.predicate.value].add(_kind(quad.object))
        if quad.predicate.value == _TYPE and quad.object == NamedNode(_OBJECT_PROPERTY):
            seen[str(quad.subject).strip("<>")].add(("@type", "@id"))
    # A plain string needs no word about it.
    plain = ("@type", f"{_XSD}string")
    return {
        iri: {key: value.replace(_XSD, "xsd:")}
        for iri, kinds in seen.items()
        if len(kinds) == 1 and plain not in kinds
        for key, value in kinds
    }


def _kind(value: object) -> tuple[str, str]:
    if not isinstance(value, Literal):
        return "@type", "@id"
    # Words in other languages than English say so beside each value.
    return ("@language", "en") if value.language else ("@type", value.datatype.value)


def _stated() -> Iterator[Quad]:
    folder = shipped("ontology")
    for pattern in ("*.ttl", "vocab/*.ttl", "examples/good/*.ttl"):
        for file in sorted(folder.glob(pattern)):
            yield from parse(path=file, format=RdfFormat.TURTLE)
