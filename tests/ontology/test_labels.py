"""Labels in other languages name concepts that exist, and leave the English ones alone."""

from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Literal
from rdflib.namespace import SKOS

from earmark.graph import Names, build
from earmark.graph.authoring import concepts
from earmark.resources import shipped
from earmark.vocab import VOC, Scheme

FILES = sorted(shipped("ontology", "vocab").glob("labels.*.ttl"))
# Of tags and rules new ones arrive at any time; the other vocabularies are whole in each language.
WHOLE: tuple[Scheme, ...] = (
    *("families", "features", "functions", "keys", "progressions", "qualities"),
)
GENRES = (
    *("blues", "classical", "country", "disco", "hiphop"),
    *("jazz", "metal", "pop", "reggae", "rock"),
)


def labels(file: Path) -> list[tuple[str, str, rdflib.Literal]]:
    """Scheme, notation and label of each line of a file."""
    found = []
    for node, said, label in rdflib.Graph().parse(file, format="turtle"):
        assert said == SKOS.prefLabel, f"{file.name} says more than labels: {said}"
        assert isinstance(label, rdflib.Literal)
        scheme, _, notation = str(node).removeprefix(VOC).partition("/")
        found.append((scheme, notation, label))
    return sorted(found)


def language(file: Path) -> str:
    return file.name.split(".")[1]


def test_german_is_among_the_languages() -> None:
    assert "de" in [language(file) for file in FILES]


@pytest.mark.parametrize("file", FILES, ids=language)
def test_every_label_is_of_a_concept_that_exists(file: Path) -> None:
    known: dict[str, set[str]] = {
        scheme: set(concepts(scheme)) for scheme in (*WHOLE, "rules", "tags")
    }
    for scheme, notation, label in labels(file):
        assert notation in known[scheme], f"{file.name}: no concept {scheme}/{notation}"
        assert label.language == language(file), notation
        assert str(label).strip() == str(label) != "", notation


@pytest.mark.parametrize("file", FILES, ids=language)
@pytest.mark.parametrize("scheme", WHOLE)
def test_a_language_names_all_but_tags_and_rules(file: Path, scheme: Scheme) -> None:
    named = [notation for of, notation, _ in labels(file) if of == scheme]
    assert named == sorted(concepts(scheme))


@pytest.mark.parametrize("file", FILES, ids=language)
def test_a_language_names_the_genres_of_the_shipped_model(file: Path) -> None:
    named = {notation for of, notation, _ in labels(file) if of == "tags"}
    assert {f"genre/{genre}" for genre in GENRES} <= named


@pytest.mark.parametrize("file", FILES, ids=language)
def test_no_two_concepts_of_a_scheme_share_a_label(file: Path) -> None:
    said = [(scheme, str(label)) for scheme, _, label in labels(file)]
    assert {pair for pair in said if said.count(pair) > 1} == set()


def test_english_is_what_code_reads() -> None:
    assert concepts("features")["tempo"].label == "tempo"
    assert concepts("keys")["B:maj"].label == "B major"
    assert concepts("functions")["dominant"].definition.startswith("A chord that pulls")


def test_labels_are_loaded_with_the_ontology() -> None:
    [triples] = build.ontology(Names("https://example.org/id/")).values()
    of_b_major = {
        (label.language, label.value)
        for label in (t.object for t in triples if str(t.subject) == f"<{VOC}keys/B:maj>")
        if isinstance(label, Literal) and label.value.endswith(("major", "Dur"))
    }
    assert of_b_major == {("en", "B major"), ("de", "H-Dur"), (None, "major")}
