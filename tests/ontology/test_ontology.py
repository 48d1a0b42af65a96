"""The ontology as written: described, licensed, thin, used, and free of blank nodes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SKOS

from earmark import percepts
from earmark.graph.authoring import concepts
from earmark.resources import shipped
from earmark.vocab import EAR, VERSION

FILES = sorted([*shipped("ontology").glob("*.ttl"), *shipped("ontology", "vocab").glob("*.ttl")])
SOURCES = Path(__file__).parents[2] / "src" / "earmark" / "graph"


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    graph = rdflib.Graph()
    for file in FILES:
        graph.parse(data=file.read_text("utf-8"), format="turtle")
    return graph


def test_all_files_are_read() -> None:
    assert [file.name for file in FILES] == ["core.ttl", "model.ttl", "features.ttl", "tags.ttl"]


def test_every_term_is_described(ontology: rdflib.Graph) -> None:
    assert len(EAR.terms) > 60
    for term in EAR.terms:
        node = rdflib.URIRef(EAR.iri + term)
        for said in (RDFS.label, SKOS.definition, RDFS.isDefinedBy):
            assert len(list(ontology.objects(node, said))) == 1, f"{term}: {said}"
        assert str(ontology.value(node, SKOS.definition)).endswith("."), term


def test_every_module_has_a_version_and_a_licence(ontology: rdflib.Graph) -> None:
    modules = list(ontology.subjects(RDF.type, OWL.Ontology))
    assert len(modules) == 2
    for module in modules:
        assert str(ontology.value(module, OWL.versionIRI)) == f"{module}/{VERSION}"
        assert str(ontology.value(module, OWL.versionInfo)) == VERSION
    schemes = list(ontology.subjects(RDF.type, SKOS.ConceptScheme))
    assert len(schemes) == 3
    for node in [*modules, *schemes]:
        licence = ontology.value(node, DCTERMS.license)
        assert str(licence) == "https://creativecommons.org/licenses/by/4.0/", node


def test_there_are_no_blank_nodes(ontology: rdflib.Graph) -> None:
    assert not [t for t in ontology if any(isinstance(node, rdflib.BNode) for node in t)]


def test_because_is_influence_and_no_derivation(ontology: rdflib.Graph) -> None:
    because = rdflib.URIRef(EAR.because)
    assert list(ontology.objects(because, RDFS.subPropertyOf)) == [PROV.wasInfluencedBy]


def test_no_term_is_constrained_by_domain_or_range(ontology: rdflib.Graph) -> None:
    """Constraints are shapes; as OWL they would make reasoners invent types."""
    for said in (RDFS.domain, RDFS.range):
        assert not list(ontology.subject_objects(said))


def used_terms() -> Iterator[tuple[str, str]]:
    """Every term written with its prefix, and where."""
    folders = [shipped("queries"), shipped("ontology", "shapes"), shipped("ontology", "examples")]
    files = [file for folder in folders for file in folder.rglob("*.[rt][qt]*")]
    assert len(files) > 70
    for file in files:
        for term in re.findall(r"\bear:(\w+)", file.read_text("utf-8")):
            yield term, str(file)


def test_every_term_that_is_used_is_defined() -> None:
    unknown = {(term, file) for term, file in used_terms() if term not in EAR.terms}
    assert not unknown


def test_every_term_that_is_defined_is_used() -> None:
    in_code = {
        term
        for file in SOURCES.rglob("*.py")
        for term in re.findall(r"\bEAR\.(\w+)|\"ear:(\w+)\"", file.read_text("utf-8"))
        for term in term
    }
    assert EAR.terms - in_code == set()


def test_no_concept_is_broader_than_itself() -> None:
    known = concepts("features") | concepts("families") | concepts("tags")
    for notation in known:
        above, seen = known[notation].broader, set()
        while above:
            assert above not in seen, f"{notation}: {above} is broader than itself"
            seen.add(above)
            above = known[above].broader


def test_features_read_back_as_they_were_declared() -> None:
    declared = {one.concept.notation: one.concept for one in percepts.available()}
    assert concepts("features") == declared


def test_ten_genres_are_known_by_meaning() -> None:
    genres = [concept for concept in concepts("tags").values() if concept.broader == "genre"]
    assert len(genres) == 10
    for genre in genres:
        assert len(genre.definition) > 40, genre.notation
