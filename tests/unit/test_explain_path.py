import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from earmark.errors import EarmarkError, GraphError
from earmark.explain.page import page
from earmark.explain.path import paths, reasoning_path
from earmark.explain.records import record
from earmark.explain.text import text
from earmark.graph import Store, build
from earmark.types import (
    Chain,
    Cluster,
    Contribution,
    Decision,
    Heard,
    ModelDescription,
    Observation,
    Run,
    Share,
    Span,
    TagScore,
)

TRACK = "0a1b2c3d4e5f60718293"
VALUES = {
    "spectral_centroid": 3120.45,
    "spectral_flux": 0.0931,
    "spectral_spread": 2100.0,
    "spectral_rolloff": 6200.0,
    "onset_rate": 2.31,
    "tempo": None,
    "mfcc_1": -0.5,
}
CLUSTERS = (
    Cluster("timbre", "timbre", tuple(f for f in VALUES if f.startswith("spectral"))),
    Cluster("rhythm", "rhythm", ("onset_rate", "tempo")),
    Cluster("unplaced", "columns without a concept", ("mfcc_1",)),
)
SHARES = {
    "spectral_centroid": 1.2,
    "spectral_flux": 0.8,
    "spectral_spread": 0.3,
    "spectral_rolloff": -0.050001,
    "onset_rate": -0.418,
    "tempo": 0.0,
    "mfcc_1": 0.000001,
}


def heard() -> Heard:
    observations = (
        Observation(
            feature, value, 0.0, 30.0, f"{feature}/1", "" if value else "there is no steady beat"
        )
        for feature, value in VALUES.items()
    )
    return Heard(TRACK, 30.0, "f1f1f1f1", tuple(observations))


def score(tag: str, base: float, decision: Decision = Decision.REJECTED) -> TagScore:
    parts = tuple(
        Contribution(
            cluster.notation,
            round(sum(SHARES[feature] for feature in cluster.features), 6),
            tuple(
                Share(f, VALUES[f], SHARES[f], None if VALUES[f] is None else 0.93)
                for f in cluster.features
            ),
        )
        for cluster in CLUSTERS
    )
    log_odds = round(base + sum(part.contribution for part in parts), 6)
    low, high = round(log_odds - 1, 6), round(log_odds + 1, 6)
    return TagScore(tag, log_odds, 0.42, low, high, 0.5, decision, base, parts)


SCORES = (
    score("genre/metal", -1.2, Decision.ACCEPTED),
    *(score(f"genre/kind {number:02d}", -2.0 - number / 10) for number in range(14)),
)
MODEL = ModelDescription(
    name="tiny",
    digest="0123456789abcdef",
    multiclass=False,
    clusters=CLUSTERS,
    tags=tuple(score.tag for score in SCORES),
    procedures={feature: f"{feature}/1" for feature in VALUES},
    weights={(c.notation, s.tag): 0.5 for c in CLUSTERS for s in SCORES},
    percentiles={feature: tuple(float(i) for i in range(101)) for feature in VALUES},
    trained_on="nothing",
    licence="CC0-1.0",
)
RUN = Run("0.1.0", "f1f1f1f1", MODEL.id, "0.1.0")


@pytest.fixture(scope="module")
def store() -> Store:
    made = Store.memory("https://example.org/")
    for graphs in (
        build.model(made.names, MODEL),
        build.run(made.names, RUN),
        build.track(made.names, heard()),
        build.tags(made.names, heard(), SCORES, RUN),
    ):
        made.replace(graphs)
    return made


def test_a_path_reads_back_what_was_concluded(store: Store) -> None:
    path = reasoning_path(store, TRACK, "genre/metal")
    written = SCORES[0]
    assert (path.track, path.tag, path.label) == (TRACK, "genre/metal", "metal")
    assert (path.decision, path.chain) == (Decision.ACCEPTED, Chain.FULL)
    assert (path.log_odds, path.base_rate) == (written.log_odds, written.base_rate)
    assert (path.low, path.high, path.threshold) == (written.low, written.high, 0.5)
    assert (path.probability, path.run, path.model) == (0.42, RUN.id, "tiny-01234567")
    assert [s.cluster for s in path.strands] == ["timbre", "rhythm", "unplaced"]


def test_a_reason_says_all_that_the_ontology_knows_of_it(store: Store) -> None:
    strand = reasoning_path(store, TRACK, "genre/metal").strands[0]
    reason = strand.reasons[0]
    assert (reason.feature, reason.label) == ("spectral_centroid", "spectral centroid")
    assert (reason.value, reason.unit, reason.percentile) == (3120.45, "unit:HZ", 0.93)
    assert reason.spans == (Span(0.0, 30.0),)
    assert all((reason.definition, reason.high, reason.low))


def test_weak_reasons_are_summed_in_the_remainder(store: Store) -> None:
    strand = reasoning_path(store, TRACK, "genre/metal").strands[0]
    assert [reason.share for reason in strand.reasons] == [1.2, 0.8, 0.3]
    assert strand.remainder == -0.050001


def test_what_was_not_heard_comes_with_the_reason_why(store: Store) -> None:
    rhythm = reasoning_path(store, TRACK, "genre/metal").strands[1]
    tempo = {reason.feature: reason for reason in rhythm.reasons}["tempo"]
    assert (tempo.value, tempo.share, tempo.missing) == (None, 0.0, "there is no steady beat")


def test_a_feature_that_the_ontology_does_not_know_is_named(store: Store) -> None:
    unplaced = reasoning_path(store, TRACK, "genre/metal").strands[2]
    assert [reason.feature for reason in unplaced.reasons] == ["mfcc_1"]
    assert unplaced.reasons[0].label
    assert unplaced.remainder == 0.0


def test_an_iri_names_a_track_too(store: Store) -> None:
    iri = store.names.track(TRACK)
    assert reasoning_path(store, iri, "genre/metal") == reasoning_path(store, TRACK, "genre/metal")


def test_all_paths_come_strongest_first_and_some_are_only_scores(store: Store) -> None:
    found = paths(store, TRACK)
    assert [path.tag for path in found] == [score.tag for score in SCORES]
    assert {path.chain for path in found} == {Chain.FULL, Chain.SCORE_ONLY}
    assert all(path.strands == () for path in found if path.chain is Chain.SCORE_ONLY)


def test_what_is_told_is_readable_and_the_same_each_time(store: Store) -> None:
    found = paths(store, TRACK)
    for path, again in zip(found, paths(store, TRACK), strict=True):
        assert text(path) == text(again)
        assert not re.search(r"https?:|\bnan\b|None|unit:", text(path)), text(path)
        assert record(path) == record(again)
    assert page("A song", found) == page("A song", found)


def test_the_page_gives_the_query_that_the_store_answers_alike(store: Store) -> None:
    path = reasoning_path(store, TRACK, "genre/metal")
    shown = page("A song", [path])
    assert f"--bind track={path.track_iri} --bind tag={path.tag_iri}" in shown
    assert path.track_iri == store.names.track(TRACK)
    assert path.tag_iri == store.names.concept("tags", "genre/metal")


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda s: reasoning_path(s, "unknown", "genre/metal"), "no track 'unknown'.*" + TRACK),
        (lambda s: paths(s, "un/known 'x' <y>"), "no track .* is in the store"),
        (lambda s: reasoning_path(s, TRACK, "mood/sad"), "'mood/sad': there are .*and 3 more"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(
    store: Store, ask: Callable[[Store], object], said: str
) -> None:
    with pytest.raises(EarmarkError, match=said):
        ask(store)


def test_a_track_without_tags_and_a_store_without_tracks_say_what_to_do() -> None:
    empty = Store.memory("https://example.org/")
    with pytest.raises(EarmarkError, match="there are none, so run `earmark tag`"):
        paths(empty, TRACK)
    empty.replace(build.track(empty.names, heard()))
    with pytest.raises(EarmarkError, match="has no tags yet: run `earmark tag`"):
        paths(empty, TRACK)


@pytest.mark.parametrize("part", ["score", "share"])
def test_reasons_that_do_not_add_up_are_never_told(part: str) -> None:
    false = Store.memory("https://example.org/")
    wrong = SCORES[0]
    if part == "score":
        wrong = replace(wrong, log_odds=wrong.log_odds + 0.000001)
    else:
        timbre = wrong.contributions[0]
        shares = (replace(timbre.shares[0], share=1.200001), *timbre.shares[1:])
        wrong = replace(
            wrong, contributions=(replace(timbre, shares=shares), *wrong.contributions[1:])
        )
    for graphs in (
        build.model(false.names, MODEL),
        build.run(false.names, RUN),
        build.track(false.names, heard()),
        build.tags(false.names, heard(), [wrong], RUN),
    ):
        false.replace(graphs)
    with pytest.raises(GraphError, match="do not add up"):
        reasoning_path(false, TRACK, "genre/metal")
