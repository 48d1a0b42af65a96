"""The ontology is OWL 2 DL, readable by three libraries, and free of contradiction."""

import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SH, SKOS, XSD

from earmark.graph import Store
from earmark.resources import shipped
from earmark.vocab import EAR

MODULES = ("core", "model", "harmony", "borrowed")
FILES = [
    *(shipped("ontology", f"{module}.ttl") for module in MODULES),
    *sorted(shipped("ontology", "vocab").glob("*.ttl")),
]
ALIGNMENTS = sorted(shipped("ontology", "align").glob("*.ttl"))
GOOD = sorted(shipped("ontology", "examples", "good").glob("*.ttl"))
PREFIXES = """
@prefix ear: <https://w3id.org/earmark/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sosa: <http://www.w3.org/ns/sosa/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix d: <https://example.org/id/> .
"""


def merged(files: Iterable[Path], more: str = "") -> rdflib.Graph:
    graph = rdflib.Graph()
    for file in files:
        graph.parse(data=file.read_text("utf-8"), format="turtle")
    return graph.parse(data=PREFIXES + more, format="turtle")


def stored(store: Store) -> rdflib.Graph:
    graph = rdflib.Graph()
    for name in store.graphs():
        triples = pyoxigraph.serialize(store.graph(name), format=pyoxigraph.RdfFormat.N_TRIPLES)
        graph.parse(data=triples, format="nt")
    return graph


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    return merged(FILES)


# --- a check of the profile ---

PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
KINDS = (OWL.Class, RDFS.Datatype, *PROPERTIES)
# Only this much of OWL is used. It holds no property chains, restrictions or cardinalities,
# so the global conditions of OWL 2 DL hold whatever is said in it.
AXIOMS = {
    *(RDF.type, RDFS.subClassOf, RDFS.subPropertyOf, RDFS.label, RDFS.comment, RDFS.isDefinedBy),
    *(OWL.disjointWith, OWL.versionIRI, OWL.versionInfo, OWL.deprecated),
}
TYPES = {OWL.Ontology, OWL.FunctionalProperty, OWL.SymmetricProperty, *KINDS}
RESERVED = tuple(str(space) for space in (OWL, RDF, RDFS, XSD))
# The datatypes of OWL 2's datatype map that Earmark writes.
DATATYPES = {
    *(XSD.string, XSD.boolean, XSD.integer, XSD.decimal, XSD.dateTime, XSD.anyURI, None),
}


@dataclass(frozen=True, order=True)
class Fault:
    rule: str
    about: str


class Profile:
    """Where a graph is not the thin OWL 2 DL that Earmark keeps to."""

    def __init__(self, graph: rdflib.Graph) -> None:
        self.graph = graph
        self.kinds: dict[Any, set[Any]] = defaultdict(set)
        for kind in KINDS:
            for node in graph.subjects(RDF.type, kind):
                self.kinds[node].add(kind)

    def faults(self) -> set[Fault]:
        found = [rule for node, kinds in self.kinds.items() for rule in self.declared(node, kinds)]
        for subject, predicate, value in self.graph:
            found += self.terms(subject, predicate, value)
            found += self.hierarchy(subject, predicate, value)
            found += self.values(predicate, value)
        return set(found)

    def declared(self, node: Any, kinds: set[Any]) -> Iterator[Fault]:
        if len(kinds) > 1:
            yield Fault("is two kinds of term", node)
        if str(node).startswith(RESERVED):
            yield Fault("is OWL's own to declare", node)
        if any((node, RDF.type, of) in self.graph for of in self.classes()):
            yield Fault("is a term and a thing", node)

    def classes(self) -> set[Any]:
        return {node for node, kinds in self.kinds.items() if OWL.Class in kinds}

    def terms(self, subject: Any, predicate: Any, value: Any) -> Iterator[Fault]:
        for node in (subject, value):
            if isinstance(node, rdflib.BNode):
                yield Fault("has a blank node", predicate)
        if predicate not in AXIOMS and not self.kinds[predicate] & set(PROPERTIES):
            yield Fault("is no declared property", predicate)
        if predicate == RDF.type and value not in TYPES and OWL.Class not in self.kinds[value]:
            yield Fault("is no declared class", value)

    def hierarchy(self, subject: Any, predicate: Any, value: Any) -> Iterator[Fault]:
        if predicate in (RDFS.subClassOf, OWL.disjointWith):
            for node in (subject, value):
                if OWL.Class not in self.kinds[node]:
                    yield Fault("is no declared class", node)
        elif predicate == RDFS.subPropertyOf and self.kinds[subject] != self.kinds[value]:
            yield Fault("is under another kind of property", subject)

    def values(self, predicate: Any, value: Any) -> Iterator[Fault]:
        literal = isinstance(value, rdflib.Literal)
        if OWL.ObjectProperty in self.kinds[predicate] and literal:
            yield Fault("points at a literal", predicate)
        # What is said in annotations is for readers, so its datatype is nobody's business.
        if OWL.DatatypeProperty in self.kinds[predicate]:
            if not literal:
                yield Fault("points at a node", predicate)
            elif value.datatype not in DATATYPES:
                yield Fault("is of no datatype that is used here", predicate)


def test_the_ontology_is_owl_2_dl(ontology: rdflib.Graph) -> None:
    assert sorted(Profile(ontology).faults()) == []


@pytest.mark.parametrize("file", GOOD, ids=lambda path: path.stem)
def test_an_example_is_owl_2_dl_too(file: Path) -> None:
    assert sorted(Profile(merged([*FILES[: len(MODULES)], file])).faults()) == []


def test_a_store_is_owl_2_dl_too(ontology: rdflib.Graph, example: Store) -> None:
    assert sorted(Profile(ontology + stored(example)).faults()) == []


SEEDS = {
    "is two kinds of term": "ear:share a owl:ObjectProperty .",
    "is OWL's own to declare": "rdfs:label a owl:AnnotationProperty .",
    "is a term and a thing": "ear:Segment a skos:Concept .",
    "has a blank node": "d:t1 skos:related [] .",
    "is no declared property": 'd:t1 ear:mood "calm" .',
    "is no declared class": "d:t1 a ear:Song .",
    "is under another kind of property": "ear:because rdfs:subPropertyOf ear:share .",
    "points at a literal": 'd:t1 ear:because "I say so" .',
    "points at a node": "d:t1 ear:share d:t2 .",
    "is of no datatype that is used here": 'd:t1 ear:share "0.5"^^xsd:float .',
}


# A second kind makes the values of the first one wrong as well.
BESIDES = {"is two kinds of term": {"points at a literal"}}


@pytest.mark.parametrize("rule", SEEDS)
def test_each_rule_of_the_profile_bites(rule: str) -> None:
    found = Profile(merged(FILES[: len(MODULES)], SEEDS[rule])).faults()
    assert rule in {fault.rule for fault in found}
    assert {fault.rule for fault in found} <= {rule} | BESIDES.get(rule, set())


# --- three libraries ---


def test_three_libraries_read_the_same_triples(ontology: rdflib.Graph, tmp_path: Path) -> None:
    import owlready2

    store = pyoxigraph.Store()
    for file in FILES:
        store.load(path=file, format=pyoxigraph.RdfFormat.TURTLE)
    assert len(store) == len(ontology) > 2000
    path = tmp_path / "merged.nt"
    ontology.serialize(path, format="nt", encoding="utf-8")
    world = owlready2.World()
    world.get_ontology(path.as_uri()).load()
    # It adds one triple: that the file is an ontology.
    assert len(world.graph) == len(ontology) + 1
    assert {c.iri for c in world.classes()} >= {EAR.iri + t for t in EAR.terms if t[0].isupper()}


# --- a reasoner ---

JAVA = shutil.which("java")
needs_java = pytest.mark.skipif(
    JAVA is None and not os.environ.get("EARMARK_COMPLETE"),
    reason="the reasoner HermiT needs Java: apt-get install default-jre-headless",
)
# What PROV and SOSA's alignment to it say of terms that Earmark borrows.
OTHERS_SAY = """
prov:Activity owl:disjointWith prov:Entity .
prov:wasDerivedFrom a owl:ObjectProperty ; rdfs:subPropertyOf prov:wasInfluencedBy ;
  rdfs:domain prov:Entity ; rdfs:range prov:Entity .
sosa:Observation rdfs:subClassOf prov:Activity .
"""


def impossible(graph: rdflib.Graph, tmp_path: Path) -> set[str] | None:
    """The classes that nothing can belong to; None where the whole contradicts itself."""
    import owlready2

    path = tmp_path / "reason.nt"
    graph.serialize(path, format="nt", encoding="utf-8")
    world = owlready2.World()
    world.get_ontology(path.as_uri()).load()
    try:
        # By its name: owlready2's other reasoner needs a newer Java.
        owlready2.sync_reasoner_hermit(world, infer_property_values=False, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return None
    return {found.iri for found in world.inconsistent_classes()} - {str(OWL.Nothing)}


@needs_java
def test_nothing_contradicts_itself_and_every_class_is_possible(
    example: Store, tmp_path: Path
) -> None:
    """Not even with all alignments, a store's data and what others say of borrowed terms."""
    everything = merged([*FILES, *ALIGNMENTS], OTHERS_SAY) + stored(example)
    assert impossible(everything, tmp_path) == set()


CONTRADICTIONS = {
    "a recording that is its own segment": "d:t1 a ear:Recording, ear:Segment .",
    "a segment of two recordings": (
        "d:s1 ear:segmentOf d:t1, d:t2 . d:t1 owl:differentFrom d:t2 ."
    ),
    "because as derivation": (
        "ear:because rdfs:subPropertyOf prov:wasDerivedFrom . "
        "d:e1 a ear:Evidence ; ear:because d:o1 . d:o1 a ear:FeatureObservation ."
    ),
}


@needs_java
@pytest.mark.parametrize("seed", CONTRADICTIONS)
def test_the_reasoner_finds_a_contradiction(seed: str, tmp_path: Path) -> None:
    graph = merged(FILES[: len(MODULES)], OTHERS_SAY + CONTRADICTIONS[seed])
    assert impossible(graph, tmp_path) is None


@needs_java
def test_the_reasoner_finds_an_impossible_class(tmp_path: Path) -> None:
    seed = "d:Both a owl:Class ; rdfs:subClassOf ear:Contribution, ear:Evidence ."
    found = impossible(merged(FILES[: len(MODULES)], seed), tmp_path)
    assert found == {"https://example.org/id/Both"}


def test_skos_keeps_its_own_kinds(ontology: rdflib.Graph) -> None:
    """As SKOS itself declares them, so that its file can be read beside ours."""
    assert (SKOS.broader, RDF.type, OWL.ObjectProperty) in ontology
    assert (SKOS.notation, RDF.type, OWL.DatatypeProperty) in ontology
    assert (SKOS.prefLabel, RDF.type, OWL.AnnotationProperty) in ontology


# --- OWL and SHACL say the same ---

# A failure is of one file, but a recording may be found in several.
SEVERAL = {rdflib.URIRef(EAR.path)}


def test_what_owl_allows_once_no_shape_allows_twice(ontology: rdflib.Graph) -> None:
    """And what every shape allows only once is once in OWL too."""
    shapes = merged(shipped("ontology", "shapes").glob("*.ttl"))
    most: dict[Any, set[Any]] = defaultdict(set)
    for part, path in shapes.subject_objects(SH.path):
        if (None, SH.property, part) in shapes:
            most[path].add(shapes.value(part, SH.maxCount, default=None))
    once = {path for path, counts in most.items() if all(c is not None for c in counts)}
    own = {path for path in most if str(path).startswith(EAR.iri)}
    functional = set(ontology.subjects(RDF.type, OWL.FunctionalProperty))
    assert functional & own - once == set()
    assert once & own - functional - SEVERAL == set()
