"""The vocabulary of tags: whole, a tree that implies what is true, and written alike."""

import csv
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import DCTERMS, RDF, SKOS

from earmark.resources import shipped
from earmark.vocab import VOC, knows

FILE = shipped("ontology", "vocab", "tags.ttl")
CATALOGUE = Path(os.environ.get("EARMARK_DATA", "../shared/data")) / "jamendo-catalogue.csv"
JAMENDO = "https://github.com/MTG/mtg-jamendo-dataset"
GTZAN = "https://doi.org/10.1109/TSA.2002.800560"
TEN = (
    *("blues", "classical", "country", "disco", "hiphop"),
    *("jazz", "metal", "pop", "reggae", "rock"),
)

Pairs = Iterable[tuple[str, str]]


def notation(node: object) -> str:
    return str(node).removeprefix(f"{VOC}tags/")


@pytest.fixture(scope="module")
def tags() -> rdflib.Graph:
    return rdflib.Graph().parse(data=FILE.read_text("utf-8"), format="turtle")


@pytest.fixture(scope="module")
def broader(tags: rdflib.Graph) -> dict[str, str]:
    pairs = [(notation(s), notation(o)) for s, o in tags.subject_objects(SKOS.broader)]
    assert len(dict(pairs)) == len(pairs), "a concept has two broader ones"
    return dict(pairs)


@pytest.fixture(scope="module")
def sources(tags: rdflib.Graph) -> dict[str, set[str]]:
    found = tags.subjects(RDF.type, SKOS.Concept)
    return {notation(one): set(map(str, tags.objects(one, DCTERMS.source))) for one in found}


def above(one: str, broader: Mapping[str, str]) -> list[str]:
    """What is broader, from near to far; stops where it comes back to itself."""
    found: list[str] = []
    while (one := broader.get(one, "")) and one not in found:
        found.append(one)
    return found


def cyclic(broader: Mapping[str, str]) -> set[str]:
    return {one for one in broader if one in above(one, broader)}


def both_broader_and_related(broader: Mapping[str, str], related: Pairs) -> set[tuple[str, str]]:
    return {(a, b) for a, b in related if b in above(a, broader) or a in above(b, broader)}


# --- what there is ---


def test_all_tags_of_the_datasets_are_there(sources: dict[str, set[str]]) -> None:
    jamendo = [tag for tag, said in sources.items() if JAMENDO in said]
    assert Counter(tag.partition("/")[0] for tag in jamendo) == {
        "genre": 95,
        "instrument": 41,
        "mood": 59,
    }
    assert {tag for tag, said in sources.items() if GTZAN in said} == {f"genre/{g}" for g in TEN}
    assert set().union(*sources.values()) == {JAMENDO, GTZAN}
    assert all(knows("tags", tag) for tag in sources), "run `make ontology`"


@pytest.mark.skipif(not CATALOGUE.is_file(), reason=f"EARMARK_DATA: no {CATALOGUE}")
def test_every_tag_of_the_published_catalogue_is_known(sources: dict[str, set[str]]) -> None:
    with CATALOGUE.open(encoding="utf-8", newline="") as lines:
        used = {tag for row in csv.DictReader(lines) for tag in re.split(r"[|;, ]+", row["tags"])}
    assert len(used) == 183
    assert used <= {tag for tag, said in sources.items() if JAMENDO in said}


def test_what_no_dataset_uses_is_there_to_group(
    sources: dict[str, set[str]], broader: dict[str, str]
) -> None:
    members = Counter(broader.values())
    grouping = {tag for tag, said in sources.items() if not said}
    assert not {tag for tag in grouping if members[tag] < 2}


# --- the tree ---


def test_three_concepts_are_on_top_and_all_others_below(
    tags: rdflib.Graph, broader: dict[str, str], sources: dict[str, set[str]]
) -> None:
    assert {notation(top) for top in tags.subjects(SKOS.topConceptOf)} == {
        "genre",
        "instrument",
        "mood",
    }
    assert cyclic(broader) == set()
    for tag in broader:
        assert above(tag, broader)[-1] == tag.partition("/")[0], tag
        assert len(above(tag, broader)) <= 4, tag
    assert set(broader.values()) <= set(sources)


def test_tags_that_exclude_one_another_do_not_imply_one_another(broader: dict[str, str]) -> None:
    ten = {f"genre/{genre}" for genre in TEN}
    assert not {tag for tag in ten if ten & set(above(tag, broader))}


def test_nothing_is_both_broader_and_related(tags: rdflib.Graph, broader: dict[str, str]) -> None:
    related = [(notation(a), notation(b)) for a, b in tags.subject_objects(SKOS.related)]
    assert len(related) > 30
    assert {name for pair in related for name in pair} <= {*broader, "genre", "instrument", "mood"}
    assert len({frozenset(pair) for pair in related}) == len(related), "said from both sides"
    assert both_broader_and_related(broader, related) == set()


def test_the_checks_of_the_tree_bite(broader: dict[str, str]) -> None:
    loop = {**broader, "genre/electronic": "genre/deephouse"}
    assert cyclic(loop) == {"genre/electronic", "genre/house", "genre/deephouse"}
    kin = [("genre/house", "genre/deephouse"), ("genre/house", "genre/dance")]
    assert both_broader_and_related(broader, kin) == {kin[0]}


# --- the words ---


def test_every_definition_is_one_short_sentence_of_its_own(tags: rdflib.Graph) -> None:
    said = {notation(one): str(text) for one, text in tags.subject_objects(SKOS.definition)}
    said.pop(f"{VOC}tags")
    assert len(said) == len(set(said.values())) == 221
    for tag, text in said.items():
        assert re.fullmatch(r"[A-Z][^.]{25,}\.", text), f"{tag}: {text}"
        assert len(text) <= 130, tag


def test_no_two_tags_have_the_same_name(tags: rdflib.Graph) -> None:
    names = [str(name) for name in tags.objects(None, SKOS.prefLabel)]
    assert len(names) == len(set(names)) == 221
    for tag, name in tags.subject_objects(SKOS.altLabel):
        assert isinstance(name, rdflib.Literal)
        assert name.language == "en"
        assert str(name) not in names, f"{tag}: {name} is another tag's name, or its own"


def test_the_file_is_sorted_and_laid_out_alike() -> None:
    paragraphs = FILE.read_text("utf-8").rstrip("\n").split("\n\n")[3:]
    order = [re.findall(r'skos:notation "(.+)"', one) for one in paragraphs]
    assert order == sorted(order)
    wanted = (
        "a inScheme (broader|topConceptOf) (related )?notation prefLabel (altLabel )?(source )?"
        "definition"
    )
    for one in paragraphs:
        said = re.findall(r"(?:^\S+|^   ) (?:skos:|dcterms:)?(\w+) ", one, re.MULTILINE)
        assert re.fullmatch(wanted, " ".join(said)), one
