"""The pages about the ontology: fresh, true of data, and impossible while words are missing."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pyoxigraph
import pytest
import rdflib
from rdflib.namespace import DCTERMS, RDF, SKOS

from earmark.graph import Store

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "reference" / "ontology"


def generator() -> ModuleType:
    path = ROOT / "docs" / "reference" / "ontology.py"
    spec = importlib.util.spec_from_file_location("reference_of_the_ontology", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


reference = generator()


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    graph: rdflib.Graph = reference.read()
    return graph


def test_pages_are_fresh(ontology: rdflib.Graph) -> None:
    made: dict[str, str] = reference.pages(ontology)
    assert {page.name for page in PAGES.glob("*.md")} == set(made), "run `make docs`"
    for name, page in made.items():
        assert (PAGES / name).read_text("utf-8") == page, f"{name}: run `make docs`"


def test_every_term_and_concept_is_on_its_page(ontology: rdflib.Graph) -> None:
    for name in reference.MODULES:
        page = (PAGES / f"{name}.md").read_text("utf-8")
        terms = reference._terms(ontology, name)
        assert len(terms) > 9
        assert not [term for term in terms if reference._short(term) not in page]
    for scheme in reference.SCHEMES:
        page = (PAGES / f"{scheme}.md").read_text("utf-8")
        assert page.count("\n| ") == len(reference._concepts(ontology, scheme)) + 2


def test_links_lead_somewhere() -> None:
    for page in PAGES.glob("*.md"):
        for target in re.findall(r"\]\((?!http)([^)]+)\)", page.read_text("utf-8")):
            assert (PAGES / target).exists(), f"{page.name}: {target}"


def test_every_diagram_is_closed() -> None:
    found = 0
    for page in PAGES.glob("*.md"):
        for drawn in re.findall(r"```mermaid\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
            found += 1
            assert drawn.count("{") == drawn.count("}")
            for line in drawn.splitlines()[1:]:
                assert re.fullmatch(
                    r"  (class \w+( \{)?|  \w+ \[[\dn.]+\]|\}|\w+ (<\|--|-->) \w+( : \w+)?)", line
                ), line
    assert found == 4


def test_every_arrow_is_found_in_data(example: Store) -> None:
    """No property is bound to a class, so the diagrams are checked against a store."""
    stated = rdflib.Graph()
    for name in example.graphs():
        triples = pyoxigraph.serialize(example.graph(name), format=pyoxigraph.RdfFormat.N_TRIPLES)
        stated.parse(data=triples, format="nt")
    joined = {
        tuple(str(term).replace(reference.EAR, "") for term in (one, by, other))
        for node, by, value in stated
        for one in stated.objects(node, RDF.type)
        for other in stated.objects(value, RDF.type)
    }
    assert set(reference.ARROWS) - joined == set()


@pytest.mark.parametrize("said", [SKOS.definition, DCTERMS.source])
@pytest.mark.parametrize("term", ["TagAssertion", "because", "rootPc"])
def test_a_term_that_lacks_words_has_no_page(term: str, said: rdflib.URIRef) -> None:
    graph = reference.read()
    graph.remove((rdflib.URIRef(reference.EAR + term), said, None))
    with pytest.raises(reference.OntologyLacks, match=term):
        reference.pages(graph)


@pytest.mark.parametrize("said", [SKOS.definition, SKOS.prefLabel, SKOS.notation])
def test_a_concept_that_lacks_words_has_no_page(said: rdflib.URIRef) -> None:
    graph = reference.read()
    graph.remove((rdflib.URIRef(reference.VOC + "functions/dominant"), said, None))
    with pytest.raises(reference.OntologyLacks, match="functions/dominant"):
        reference.pages(graph)
