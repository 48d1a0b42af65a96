"""The ontology as written: described, sourced, licensed, thin, used, free of blank nodes."""

import re
from collections.abc import Iterator
from pathlib import Path

import mir_eval
import pytest
import rdflib
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SKOS

from earmark import percepts
from earmark.graph.authoring import concepts
from earmark.resources import shipped
from earmark.vocab import EAR, VERSION, VOC

MODULES = ("borrowed", "core", "harmony", "model")
FILES = sorted(
    [
        *(shipped("ontology", f"{module}.ttl") for module in MODULES),
        *shipped("ontology", "vocab").glob("*.ttl"),
    ]
)
SOURCES = Path(__file__).parents[2] / "src" / "earmark"
SCHEMES = (
    *("families", "features", "functions", "keys"),
    *("progressions", "qualities", "rules", "tags"),
)
# Terms that data may use already, though nothing here writes or asks for them yet.
LATER = {
    "Component": "a source, a stem or a line of lyrics that a segment is heard in",
    "component": "as Component",
    "Counterfactual": "what would have to be heard for another decision",
    "abstainedBecause": "words for a decision that was not made",
    "over": "the segments that a share came from, once curves over time are kept",
    "timeShare": "as over",
    "recordingOf": "encodings of one recording, once they are recognised",
    "learntFrom": "the datasets of a tag, once a model joins several",
}


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    graph = rdflib.Graph()
    for file in FILES:
        graph.parse(data=file.read_text("utf-8"), format="turtle")
    return graph


def own_terms() -> list[rdflib.URIRef]:
    return [rdflib.URIRef(EAR.iri + term) for term in sorted(EAR.terms)]


# --- terms ---


def test_all_files_are_read() -> None:
    assert len(FILES) >= 11
    by_hand = {file.stem for file in shipped("ontology").glob("*.ttl")}
    assert by_hand - set(MODULES) <= {"questions"}


def test_every_term_is_described(ontology: rdflib.Graph) -> None:
    assert len(EAR.terms) > 90
    for term in own_terms():
        for said in (RDFS.label, SKOS.definition):
            [words] = ontology.objects(term, said)
            assert isinstance(words, rdflib.Literal), term
            assert words.language == "en", f"{term}: {said}"
        assert str(ontology.value(term, SKOS.definition)).endswith("."), term


def test_every_term_is_defined_by_a_module_and_in_its_file(ontology: rdflib.Graph) -> None:
    for term in own_terms():
        [module] = ontology.objects(term, RDFS.isDefinedBy)
        assert (module, RDF.type, OWL.Ontology) in ontology, term
        name = str(module).rpartition("/")[2]
        text = shipped("ontology", f"{name}.ttl").read_text("utf-8")
        assert f"\near:{term.removeprefix(EAR.iri)} a owl:" in text, term


def test_every_term_has_a_source(ontology: rdflib.Graph) -> None:
    """Where its idea comes from: a term of others, or a publication with its year."""
    for term in own_terms():
        [source] = ontology.objects(term, DCTERMS.source)
        cited = re.search(r"\b1[789]\d\d$|\b20\d\d$", str(source))
        assert isinstance(source, rdflib.URIRef) or cited, f"{term}: {source}"


def test_no_two_classes_or_properties_share_a_label(ontology: rdflib.Graph) -> None:
    for is_class in (True, False):
        terms = [t for t in own_terms() if ((t, RDF.type, OWL.Class) in ontology) == is_class]
        labels = [str(ontology.value(term, RDFS.label)) for term in terms]
        assert sorted(labels) == sorted(set(labels))


def test_every_module_has_a_version_and_a_licence(ontology: rdflib.Graph) -> None:
    modules = list(ontology.subjects(RDF.type, OWL.Ontology))
    assert sorted(str(one).rpartition("/")[2] for one in modules) == list(MODULES)
    for module in modules:
        assert str(ontology.value(module, OWL.versionIRI)) == f"{module}/{VERSION}"
        assert str(ontology.value(module, OWL.versionInfo)) == VERSION
        assert ontology.value(module, DCTERMS.title), module
        assert ontology.value(module, DCTERMS.description), module
        assert str(ontology.value(module, DCTERMS.creator)) == "The Earmark maintainers"
    schemes = set(ontology.subjects(RDF.type, SKOS.ConceptScheme))
    assert schemes == {rdflib.URIRef(VOC + scheme) for scheme in SCHEMES}
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


def test_what_excludes_one_another_has_nothing_in_common(ontology: rdflib.Graph) -> None:
    pairs = list(ontology.subject_objects(OWL.disjointWith))
    assert len(pairs) > 90
    for one, other in pairs:
        above = set(ontology.transitive_objects(one, RDFS.subClassOf))
        assert other not in above, f"{one} is under {other}"
        assert one not in ontology.transitive_objects(other, RDFS.subClassOf)


# --- use ---


def used_terms() -> Iterator[tuple[str, str]]:
    """Every term written with its prefix, and where."""
    ontology = [shipped("ontology", name) for name in ("shapes", "examples", "rules", "vocab")]
    files = [
        file for folder in (shipped("queries"), *ontology) for file in folder.rglob("*.[rt][qt]*")
    ]
    assert len(files) > 100
    for file in files:
        # Comments may use the prefix for what is no term, such as in an IRI.
        lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]
        for term in re.findall(r"(?<![\w:])ear:(\w+)", "\n".join(lines)):
            yield term, str(file)


def terms_in_code() -> set[str]:
    found = (
        re.findall(r"\bEAR\.(\w+)|\"ear:(\w+)\"", file.read_text("utf-8"))
        for file in SOURCES.rglob("*.py")
    )
    return {term for pairs in found for pair in pairs for term in pair if term}


def test_every_term_that_is_used_is_defined() -> None:
    unknown = {
        (term, file)
        for term, file in used_terms()
        # A bad example may use a term that is not defined: that is what is bad about it.
        if term not in EAR.terms and "/bad/" not in file
    }
    assert not unknown


def test_every_term_that_is_defined_is_used_or_waits_for_a_reason() -> None:
    used = terms_in_code() | {term for term, _ in used_terms()}
    assert EAR.terms - used - set(LATER) == set()
    assert set(LATER) <= EAR.terms


def test_no_term_waits_that_is_written_already() -> None:
    assert set(LATER) & terms_in_code() == set()


# --- concepts ---


def in_scheme(ontology: rdflib.Graph, scheme: str) -> set[rdflib.term.Node]:
    return set(ontology.subjects(SKOS.inScheme, rdflib.URIRef(VOC + scheme)))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_concept_is_described(ontology: rdflib.Graph, scheme: str) -> None:
    found = in_scheme(ontology, scheme)
    assert len(found) == len(concepts(scheme)) >= 4
    for concept in found:
        assert (concept, RDF.type, SKOS.Concept) in ontology, concept
        [notation] = ontology.objects(concept, SKOS.notation)
        assert str(concept) == f"{VOC}{scheme}/{notation}"
        [_] = [w for w in ontology.objects(concept, SKOS.prefLabel) if english(w)]
        [definition] = [w for w in ontology.objects(concept, SKOS.definition) if english(w)]
        assert len(str(definition)) > 15, concept


def english(words: rdflib.term.Node) -> bool:
    return isinstance(words, rdflib.Literal) and words.language == "en"


def test_every_concept_is_in_one_scheme(ontology: rdflib.Graph) -> None:
    known = [concept for scheme in SCHEMES for concept in in_scheme(ontology, scheme)]
    assert sorted(map(str, known)) == sorted(map(str, ontology.subjects(RDF.type, SKOS.Concept)))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_two_concepts_of_a_scheme_share_a_label(scheme: str) -> None:
    labels = [concept.label for concept in concepts(scheme).values()]
    assert sorted(labels) == sorted(set(labels))


@pytest.mark.parametrize("scheme", ["functions", "keys", "progressions", "qualities", "rules"])
def test_concepts_have_a_source_and_a_place(ontology: rdflib.Graph, scheme: str) -> None:
    for concept in in_scheme(ontology, scheme):
        [_] = ontology.objects(concept, DCTERMS.source)
        above = list(ontology.objects(concept, SKOS.broader))
        top = (concept, SKOS.topConceptOf, rdflib.URIRef(VOC + scheme)) in ontology
        assert len(above) + top == 1, concept
        assert not above or above[0] in in_scheme(ontology, scheme), concept


def test_no_concept_is_broader_than_itself(ontology: rdflib.Graph) -> None:
    for concept, above in ontology.subject_objects(SKOS.broader):
        assert concept not in ontology.transitive_objects(above, SKOS.broader), concept


def test_nothing_is_both_broader_and_related(ontology: rdflib.Graph) -> None:
    related = list(ontology.subject_objects(SKOS.related))
    assert len(related) >= 24
    for one, other in related:
        assert other not in ontology.transitive_objects(one, SKOS.broader), one
        assert one not in ontology.transitive_objects(other, SKOS.broader), other


def test_features_read_back_as_they_were_declared() -> None:
    declared = {one.concept.notation: one.concept for one in percepts.available()}
    assert concepts("features") == declared


# --- harmony ---


def said_of(ontology: rdflib.Graph, scheme: str, term: str) -> dict[str, str]:
    return {
        str(concept).removeprefix(f"{VOC}{scheme}/"): str(
            ontology.value(concept, rdflib.URIRef(EAR.iri + term))
        )
        for concept in in_scheme(ontology, scheme)
    }


def test_intervals_are_those_of_the_notation(ontology: rdflib.Graph) -> None:
    """mir_eval knows the notes of every short hand of Harte's syntax."""
    intervals = said_of(ontology, "qualities", "intervals")
    assert intervals.pop("N") == ""
    for quality, notes in intervals.items():
        _, semitones, _ = mir_eval.chord.encode(f"C:{quality}")
        assert [int(note) for note in notes.split()] == list(semitones.nonzero()[0]), quality


def test_there_is_a_key_for_each_tonic_and_mode(ontology: rdflib.Graph) -> None:
    tonics, modes = said_of(ontology, "keys", "tonicPc"), said_of(ontology, "keys", "mode")
    assert len({(tonics[key], modes[key]) for key in tonics}) == 24
    for key in tonics:
        root, _, quality = key.partition(":")
        assert int(tonics[key]) == mir_eval.chord.encode(key)[0], key
        assert modes[key] == {"maj": "major", "min": "minor"}[quality]
        label = root[0] + {"": "", "b": " flat"}[root[1:]]
        spellings = [
            str(words)
            for said in (SKOS.prefLabel, SKOS.altLabel)
            for words in ontology.objects(rdflib.URIRef(f"{VOC}keys/{key}"), said)
        ]
        assert f"{label} {modes[key]}" in spellings


def test_related_keys_share_their_notes(ontology: rdflib.Graph) -> None:
    tonics, modes = said_of(ontology, "keys", "tonicPc"), said_of(ontology, "keys", "mode")
    related = [
        tuple(str(node).removeprefix(f"{VOC}keys/") for node in pair)
        for pair in ontology.subject_objects(SKOS.related)
        if str(pair[0]).startswith(f"{VOC}keys/")
    ]
    assert len(related) == 24
    for one, other in related:
        major, minor = (one, other) if modes[one] == "major" else (other, one)
        assert (modes[major], modes[minor]) == ("major", "minor")
        assert (int(tonics[major]) - int(tonics[minor])) % 12 == 3


def test_signatures_follow_the_circle_of_fifths(ontology: rdflib.Graph) -> None:
    tonics, modes = said_of(ontology, "keys", "tonicPc"), said_of(ontology, "keys", "mode")
    for key, concept in concepts("keys").items():
        major = (int(tonics[key]) + (3 if modes[key] == "minor" else 0)) % 12
        steps = major * 7 % 12
        sign = "sharps" if steps < 6 else "flats"
        count = ("no", "one", "two", "three", "four", "five", "six")[min(steps, 12 - steps)]
        stated = concept.definition.replace("one sharp ", "one sharps ").replace(
            "one flat ", "one flats "
        )
        expected = "no sharps or flats" if steps == 0 else f"{count} {sign}"
        assert expected in stated, f"{key}: {concept.definition}"
