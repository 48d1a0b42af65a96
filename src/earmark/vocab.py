"""Closed namespaces: an IRI for every term that the ontology knows, and for no other.

A misspelt term raises where it is named, so modules name their terms when imported.
The terms come from ``ontology/terms.json``, which ``make ontology`` generates from the
Turtle files.
"""

import difflib
import json
from collections.abc import Collection
from typing import Any, Literal

from earmark.errors import VocabularyError
from earmark.resources import shipped

Scheme = Literal["families", "features", "functions", "keys", "progressions", "qualities", "tags"]


class Namespace:
    """The terms of one vocabulary as attributes, each a whole IRI.

    >>> Namespace("ear", "https://w3id.org/earmark/ns#", {"because"}).because
    'https://w3id.org/earmark/ns#because'
    """

    def __init__(self, prefix: str, iri: str, terms: Collection[str]) -> None:
        self.prefix = prefix
        self.iri = iri
        self.terms = frozenset(terms)

    def __getattr__(self, term: str) -> str:
        if term.startswith("__"):
            # Python itself asks for such names and expects to be told in its own way.
            raise AttributeError(term)
        if term not in self.terms:
            raise VocabularyError(f"no term {self.prefix}:{term}{_nearest(term, self.terms)}")
        return self.iri + term


def _nearest(word: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f": did you mean {near[0]!r}?" if near else ": define it in ontology/, `make ontology`"


def _listed() -> dict[str, Any]:
    path = shipped("ontology", "terms.json")
    try:
        listed: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise VocabularyError(f"{path} cannot be read ({error}): run `make ontology`") from None
    return listed


_TERMS = _listed()


def _namespace(prefix: str) -> Namespace:
    known = _TERMS["namespaces"][prefix]
    return Namespace(prefix, known["iri"], known["terms"])


#: Version of the ontology that ships with this code.
VERSION: str = _TERMS["version"]

EAR = _namespace("ear")
DCAT = _namespace("dcat")
DCTERMS = _namespace("dcterms")
PROV = _namespace("prov")
QUDT = _namespace("qudt")
RDF = _namespace("rdf")
RDFS = _namespace("rdfs")
SD = _namespace("sd")
SKOS = _namespace("skos")
SOSA = _namespace("sosa")
VOID = _namespace("void")
XSD = _namespace("xsd")

#: Where the shipped concepts live, and the procedures of features.
VOC: str = _TERMS["concepts"]["iri"]


def scheme_iri(scheme: Scheme) -> str:
    """The IRI of a concept scheme, such as that of all tags.

    >>> scheme_iri("tags")
    'https://w3id.org/earmark/voc/tags'
    """
    return VOC + scheme


def knows(scheme: Scheme, notation: str) -> bool:
    """Whether the shipped vocabulary has a concept of that notation.

    >>> knows("tags", "genre/blues"), knows("tags", "mood/unheard-of")
    (True, False)
    """
    return notation in _TERMS["concepts"][scheme]


def concept_iri(scheme: Scheme, notation: str) -> str:
    """The IRI of a shipped concept.

    >>> concept_iri("tags", "genre/blues")
    'https://w3id.org/earmark/voc/tags/genre/blues'
    """
    if not knows(scheme, notation):
        near = _nearest(notation, _TERMS["concepts"][scheme])
        raise VocabularyError(f"no concept {notation!r} among the {scheme}{near}")
    return f"{VOC}{scheme}/{notation}"
