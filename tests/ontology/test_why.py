"""The few small questions behind an explanation find what the one large question finds."""

from dataclasses import replace

import pytest
from pyoxigraph import Literal, NamedNode, Triple
from tests.ontology.conftest import RUN, TAGS, VALUES, heard, score

from earmark.graph import Store, build
from earmark.graph.queries import WhyRow
from earmark.graph.why import why
from earmark.types import Decision
from earmark.vocab import EAR, SKOS


def by_one_query(store: Store, track: str, tag: str, lang: str = "en") -> list[WhyRow]:
    return store.rows("why", WhyRow, track=track, tag=tag, lang=lang)


def same(store: Store, track: str, tag: str, lang: str = "en") -> list[WhyRow]:
    """The rows, once both ways are seen to find them."""
    node, concept = store.names.track(track), store.names.concept("tags", tag)
    found = why(store, node, concept, lang)
    assert sorted(map(repr, found)) == sorted(map(repr, by_one_query(store, node, concept, lang)))
    return found


@pytest.mark.parametrize("track", VALUES)
@pytest.mark.parametrize("tag", TAGS)
def test_both_ways_give_the_same_rows(store: Store, track: str, tag: str) -> None:
    rows = same(store, track, tag)
    assert {row.cluster for row in rows} == {None, "brightness", "pulse"}
    assert any(row.feature is None and row.share is not None for row in rows)


def test_what_is_not_known_is_among_them(store: Store) -> None:
    assert [row.missing for row in same(store, "drone", "genre/jazz") if row.imputed] == [
        "no beat is clear"
    ]


def test_a_bare_score_is_one_row(store: Store) -> None:
    # So many are accepted that the last has no room for its reasons.
    bare = [replace(score("swing", TAGS[0]), tag=f"mood/{i}", contributions=()) for i in range(14)]
    accepted = [replace(one, decision=Decision.ACCEPTED, base_rate=one.log_odds) for one in bare]
    tags = build.concepts(store.names, "tags", [one.tag for one in accepted])
    store.replace(tags | build.tags(store.names, heard("swing"), accepted, RUN))
    rows = same(store, "swing", "mood/9")
    assert [(row.chain, row.contribution) for row in rows] == [("scoreOnly", None)]


def test_nothing_is_found_of_what_was_not_judged(store: Store) -> None:
    assert same(store, "swing", "mood/dark") == []
    assert same(store, "nobody", "genre/jazz") == []


def test_labels_are_in_the_language_asked_for_or_in_english(store: Store) -> None:
    tempo = NamedNode(store.names.concept("features", "tempo"))
    store.extend(
        {"http://e/g": [Triple(tempo, NamedNode(SKOS.prefLabel), Literal("takt", language="xx"))]}
    )
    labels = {row.feature: row.feature_label for row in same(store, "swing", "genre/jazz", "xx")}
    assert labels["tempo"] == "takt"
    assert labels["onset_rate"] == "onset rate"


def test_a_meaning_that_is_written_anew_is_read_anew(store: Store) -> None:
    before = same(store, "swing", "genre/jazz")
    assert any(row.unit for row in before)
    gone = [q for q in store.quads() if q.predicate.value == EAR.highMeans]
    for graph in {q.graph_name.value for q in gone if isinstance(q.graph_name, NamedNode)}:
        kept = [t for t in store.graph(graph) if t.predicate.value != EAR.highMeans]
        store.replace({graph: kept})
    assert all(row.high_means is None for row in same(store, "swing", "genre/jazz"))
