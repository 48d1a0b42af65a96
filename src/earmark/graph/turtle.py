"""Writes triples for people: Turtle with the prefixes that are used."""

from collections.abc import Iterable

from pyoxigraph import RdfFormat, Triple, serialize

from earmark.vocab import DCTERMS, EAR, QUDT, RDFS, SKOS, SOSA, VOC, XSD

from .names import Names

_SHARED = {space.prefix: space.iri for space in (DCTERMS, EAR, QUDT, RDFS, SKOS, SOSA, XSD)}


def turtle(triples: Iterable[Triple], names: Names) -> str:
    """The triples, each once, in an order that does not depend on the store."""
    stated = sorted(set(triples), key=str)
    text = serialize(stated, format=RdfFormat.TURTLE, prefixes=prefixes(names))
    return (text or b"").decode()


def prefixes(names: Names) -> dict[str, str]:
    """The prefixes that make Turtle of a store readable."""
    return _SHARED | {"id": names.base, "features": f"{VOC}features/", "tags": f"{VOC}tags/"}
