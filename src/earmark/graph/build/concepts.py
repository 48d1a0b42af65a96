"""The shipped ontology, and concepts that it does not know, as triples."""

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from earmark.graph import terms as t
from earmark.graph.names import Names
from earmark.resources import shipped
from earmark.types import Concept
from earmark.vocab import Scheme, knows, scheme_iri

Graphs = dict[str, list[Triple]]

# Where the caller has no meanings to offer.
NOTHING_KNOWN: Mapping[str, Concept] = {}


def ontology(names: Names) -> Graphs:
    """The graph of the ontology and vocabularies that ship with Earmark."""
    folder = shipped("ontology")
    files = [*sorted(folder.glob("*.ttl")), *sorted(folder.glob("vocab/*.ttl"))]
    quads = (quad for file in files for quad in parse(path=file, format=RdfFormat.TURTLE))
    return {names.ontology_graph: [quad.triple for quad in quads]}


def concepts(
    names: Names,
    scheme: Scheme,
    notations: Iterable[str],
    meanings: Mapping[str, Concept] = NOTHING_KNOWN,
) -> Graphs:
    """A graph for each feature or tag that the shipped vocabulary does not know.

    One without a meaning, such as a column of somebody's dataset, is named after its
    notation and says that nothing more is known.
    """
    unknown = sorted({notation for notation in notations if not knows(scheme, notation)})
    return {
        names.concept_graph(scheme, notation): list(
            _concept(names, scheme, meanings.get(notation) or _bare(notation))
        )
        for notation in unknown
    }


def _bare(notation: str) -> Concept:
    label = notation.rpartition("/")[2].replace("_", " ").replace("-", " ")
    return Concept(notation, label, "A name that a dataset brought along without a meaning.")


def _concept(names: Names, scheme: Scheme, concept: Concept) -> Iterator[Triple]:
    node = NamedNode(names.concept(scheme, concept.notation))
    yield Triple(node, t.A, t.CONCEPT)
    if scheme == "features":
        yield Triple(node, t.A, t.OBSERVABLE_PROPERTY)
    yield Triple(node, t.IN_SCHEME, NamedNode(scheme_iri(scheme)))
    yield Triple(node, t.NOTATION, Literal(concept.notation))
    yield Triple(node, t.PREF_LABEL, t.words(concept.label))
    yield Triple(node, t.DEFINITION, t.words(concept.definition))
    for term, meaning in ((t.HIGH_MEANS, concept.high), (t.LOW_MEANS, concept.low)):
        if meaning:
            yield Triple(node, term, t.words(meaning))
