"""Values become triples: complete, deterministic, within the budget, without blank nodes."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from earmark.errors import GraphError, NoSound
from earmark.graph import Names, Store, authoring, build, check, rules
from earmark.graph.build.tags import BUDGET, SET_ASIDE
from earmark.graph.queries import TagRow, WhyRow
from earmark.types import (
    Cluster,
    Contribution,
    Decision,
    Heard,
    ModelDescription,
    Observation,
    Run,
    Share,
    TagScore,
)
from earmark.vocab import EAR, PROV

NAMES = Names("https://example.org/id/")
FEATURES = tuple(f"f{i:02d}" for i in range(12))
CLUSTERS = tuple(Cluster(f"c{i}", f"c {i}", FEATURES[3 * i : 3 * i + 3]) for i in range(4))
RUN = Run("0.1.0", "5d0c1e2f", "genres-ab12ab12", "0.1.0")


def heard(track: str = "6f2a", features: Iterable[str] = FEATURES) -> Heard:
    seen = tuple(Observation(f, 1.5, 0.0, 30.0, f"{f}/1") for f in features)
    return Heard(track, 30.0, "5d0c1e2f", seen)


def score(tag: str, margin: float, clusters: Iterable[Cluster] = CLUSTERS) -> TagScore:
    parts = tuple(
        Contribution(
            c.notation,
            round(0.125 * len(c.features), 6),
            tuple(Share(f, 1.5, 0.125, 0.5) for f in c.features),
        )
        for c in clusters
    )
    base = round(margin - sum(part.contribution for part in parts), 6)
    decision = Decision.ACCEPTED if margin >= 0 else Decision.REJECTED
    return TagScore(tag, margin, 0.5, margin - 1, margin + 1, 0.0, decision, base, parts)


def with_shares(*shares: Share) -> TagScore:
    total = round(sum(share.share for share in shares), 6)
    return replace(
        score("x", 0.5, ()),
        base_rate=0.5 - total,
        contributions=(Contribution("c", total, shares),),
    )


def kinds(triples: Iterable[Triple]) -> Counter[str]:
    return Counter(
        t.object.value.partition("#")[2]
        for t in triples
        if t.predicate.value.endswith("#type") and isinstance(t.object, NamedNode)
    )


def values(triples: Iterable[Triple], term: str) -> list[str]:
    return [t.object.value for t in triples if t.predicate.value == term]  # type: ignore[union-attr]


def test_a_clip_of_few_tags_is_told_in_full_within_its_budget() -> None:
    scores = [score(f"genre/{i}", 0.5 - i) for i in range(10)]
    graphs = build.track(NAMES, heard()) | build.tags(NAMES, heard(), scores, RUN)
    check.accept(graphs)
    assert sum(map(len, graphs.values())) < BUDGET
    assert len(chains(graphs)) == 10
    assert set(chains(graphs).values()) == {"full"}


MANY_FEATURES = tuple(f"f{i:02d}" for i in range(60))
MANY_CLUSTERS = tuple(
    Cluster(f"c{i}", f"c {i}", MANY_FEATURES[i * 15 // 2 : (i + 1) * 15 // 2]) for i in range(8)
)


@pytest.mark.parametrize("accepted", [0, 1, 4, 12, 40, 80])
@pytest.mark.parametrize("unheard", [0, 20])
def test_many_features_and_tags_stay_within_the_budget(accepted: int, unheard: int) -> None:
    """60 features in 8 clusters and 183 tags, whatever becomes of them."""
    listening = heard(features=MANY_FEATURES[: 60 - unheard])
    scores = [
        without(listening, score(f"t{i:03d}", (accepted - i - 0.5) / 10, MANY_CLUSTERS))
        for i in range(183)
    ]
    graphs = build.track(NAMES, listening) | build.tags(NAMES, listening, scores, RUN)
    check.accept(graphs)
    assert sum(map(len, graphs.values())) <= BUDGET - SET_ASIDE
    told = chains(graphs)
    # Nearest first, so what is told is told without a gap, and in full before it is not.
    assert list(told) == [f"t{i:03d}" for i in range(len(told))]
    assert list(told.values()) == sorted(told.values())
    assert len(told) >= accepted
    # Nothing that has room is left out: another bare score takes eleven triples.
    assert sum(map(len, graphs.values())) > BUDGET - SET_ASIDE - 11
    if accepted <= 40:
        assert "full" in told.values()


@pytest.mark.parametrize("accepted", [4, 12, 40])
def test_what_rules_conclude_has_room_too(accepted: int) -> None:
    store = Store.memory(NAMES.base)
    listening = heard(features=MANY_FEATURES)
    tags = [tag for tag in sorted(authoring.concepts("tags")) if "/" in tag][:183]
    scores = [score(tag, (accepted - i - 0.5) / 10, MANY_CLUSTERS) for i, tag in enumerate(tags)]
    graphs = build.track(NAMES, listening) | build.tags(NAMES, listening, scores, RUN)
    concluded = rules.conclude(store, listening.track, graphs)
    assert any(concluded.values())
    together = [*graphs.values(), *concluded.values(), *build.file(NAMES, "6f2a", "a").values()]
    assert sum(map(len, together)) <= BUDGET


def test_no_accepted_tag_is_left_out_even_where_the_budget_is_spent() -> None:
    listening = heard(features=MANY_FEATURES)
    scores = [score(f"t{i:03d}", 1.0, MANY_CLUSTERS) for i in range(183)]
    (triples,) = build.tags(NAMES, listening, scores, RUN).values()
    assert len(values(triples, EAR.hasTag)) == kinds(triples)["TagAssertion"] == 183
    assert kinds(triples)["Contribution"] == 0


def without(listening: Heard, judged: TagScore) -> TagScore:
    """The score if the features that were not heard sat at their means."""
    known = {seen.feature for seen in listening.observations}
    parts = []
    for part in judged.contributions:
        shares = tuple(
            s if s.feature in known else Share(s.feature, None, 0.0, None) for s in part.shares
        )
        parts.append(replace(part, contribution=sum(s.share for s in shares), shares=shares))
    base = round(judged.log_odds - sum(part.contribution for part in parts), 6)
    return replace(judged, base_rate=base, contributions=tuple(parts))


def chains(graphs: Mapping[str, Iterable[Triple]]) -> dict[str, str]:
    """How much is kept of each tag, by its name, sorted."""
    kept = {
        t.subject.value.rpartition("/")[2]: t.object.value  # type: ignore[union-attr]
        for triples in graphs.values()
        for t in triples
        if t.predicate.value == EAR.chain
    }
    return dict(sorted(kept.items()))


def test_building_twice_gives_the_same_triples_without_blank_nodes() -> None:
    def built() -> dict[str, list[Triple]]:
        return build.track(NAMES, heard()) | build.tags(NAMES, heard(), [score("x", 1.0)], RUN)

    assert built() == built()
    triples = [t for graph in built().values() for t in graph]
    assert len(triples) == len(set(triples))
    assert not any(isinstance(n, BlankNode) for t in triples for n in (t.subject, t.object))


def test_twelve_chains_are_kept_the_accepted_before_the_near() -> None:
    scores = [score(f"t{i:02d}", 3.0 - i / 2) for i in range(20)]
    # Above its threshold, but the model would not say.
    scores[0] = replace(scores[0], decision=Decision.ABSTAINED)
    (triples,) = build.tags(NAMES, heard(), scores, RUN).values()
    full = {
        t.subject.value.rpartition("/")[2]  # type: ignore[union-attr]
        for t in triples
        if t.predicate.value == EAR.chain and t.object == Literal("full")
    }
    assert full == {f"t{i:02d}" for i in range(12)}
    assert kinds(triples)["TagAssertion"] == 20
    assert kinds(triples)["BaseRate"] == 12
    assert len(values(triples, EAR.hasTag)) == 6


def test_the_strongest_three_are_kept_and_the_rest_as_a_remainder() -> None:
    strengths = {"a": 0.1, "b": -0.5, "c": 0.3, "d": -0.2, "e": 0.0}
    shares = [Share(name, 1.0, value, 0.5) for name, value in strengths.items()]
    (triples,) = build.tags(NAMES, heard(features="abcde"), [with_shares(*shares)], RUN).values()
    assert kinds(triples)["Evidence"] == 4
    assert kinds(triples)["Remainder"] == 1
    assert sorted(values(triples, EAR.share)) == sorted(["-0.5", "0.3", "-0.2", "0.1"])


def test_what_was_not_known_is_always_kept_and_marked() -> None:
    known = [Share(name, 1.0, 0.5, 0.5) for name in "abcd"]
    unknown = [Share(name, None, 0.0, None) for name in "xyz"]
    listening = heard(features="abcd")
    (triples,) = build.tags(NAMES, listening, [with_shares(*known, *unknown)], RUN).values()
    assert kinds(triples) == {
        "TagAssertion": 1,
        "Contribution": 2,
        "BaseRate": 1,
        "Evidence": 7,
        "Remainder": 1,
        "FeatureObservation": 3,
    }
    assert values(triples, EAR.imputed) == ["true"] * 3
    assert values(triples, EAR.missingBecause) == ["no procedure of this listening measures it"] * 3


def test_a_chain_over_what_was_not_heard_still_ends_in_the_sound() -> None:
    shares = [Share(name, None, 0.0, None) for name in "xyz"]
    check.accept(
        build.track(NAMES, heard()) | build.tags(NAMES, heard(), [with_shares(*shares)], RUN)
    )


def test_a_track_of_unknown_length_has_an_open_end() -> None:
    seen = Observation("f00", 1.0, 0.0, math.nan, "f00/1")
    graphs = build.track(NAMES, Heard("d/t", math.nan, "5d0c1e2f", (seen,)))
    check.accept(graphs)
    triples = [t for graph in graphs.values() for t in graph]
    assert values(triples, EAR.openEnded) == ["true"]
    assert values(triples, EAR.endSeconds) == values(triples, EAR.durationSeconds) == []


def test_a_part_of_a_track_is_stated_with_what_was_heard_there() -> None:
    seen = Observation("f00", 1.0, 5.0, 7.5, "f00/1")
    known = Heard("t", 30.0, "5d0c1e2f", (seen,))
    graphs = build.track(NAMES, known)
    check.accept(graphs)
    percepts = graphs[NAMES.percepts_graph("t", "5d0c1e2f")]
    assert values(percepts, EAR.startSeconds) == ["5"]
    assert values(percepts, EAR.endSeconds) == ["7.5"]


def test_a10_a_path_that_is_no_text_can_be_written() -> None:
    path = b"/music/caf\xe9.wav".decode("utf-8", "surrogateescape")
    ((triple,),) = build.file(NAMES, "t", path).values()
    assert triple.object == Literal("/music/caf\\udce9.wav")


def test_a_value_that_no_graph_can_hold_is_refused() -> None:
    seen = Observation("f00", math.inf, 0.0, 30.0, "f00/1")
    with pytest.raises(GraphError, match="must be finite"):
        build.track(NAMES, Heard("t", 30.0, "5d0c1e2f", (seen,)))


def test_a_model_and_what_only_it_knows_are_described() -> None:
    described = ModelDescription(
        name="genres",
        digest="ab12" * 16,
        multiclass=True,
        clusters=CLUSTERS,
        tags=("genre/jazz", "mood/odd"),
        procedures={feature: f"genres:{feature}" for feature in FEATURES},
        weights={(c.notation, "mood/odd"): 0.25 for c in CLUSTERS},
        percentiles=dict.fromkeys(FEATURES, tuple(i / 7 for i in range(101))),
        trained_on="genres",
        licence="CC0-1.0",
    )
    graphs = build.model(NAMES, described)
    check.accept(graphs)
    assert len(graphs) == 1 + len(FEATURES) + 1
    assert NAMES.concept_graph("tags", "genre/jazz") not in graphs


def test_an_unhurried_reader_gets_rows_of_what_was_built() -> None:
    store = Store.memory()
    listening = heard(features=("tempo", "loudness"))
    shares = (Share("tempo", 1.5, 0.75, 0.9), Share("loudness", 1.5, -0.25, 0.1))
    scores = [
        replace(
            score("genre/rock", 1.0, ()),
            base_rate=0.5,
            contributions=(Contribution("pulse", 0.5, shares),),
        )
    ]
    described = ModelDescription(
        "genres",
        "ab12" * 16,
        False,
        (Cluster("pulse", "the pulse", ("tempo", "loudness")),),
        ("genre/rock",),
        {"tempo": "tempo/1", "loudness": "loudness/1"},
        {("pulse", "genre/rock"): 0.5},
        dict.fromkeys(("tempo", "loudness"), tuple(map(float, range(101)))),
        "genres",
        "CC0-1.0",
    )
    store.replace(build.model(store.names, described))
    store.extend(build.run(store.names, RUN))
    graphs = build.track(store.names, listening)
    store.replace(graphs | build.tags(store.names, listening, scores, RUN))
    track = store.names.track("6f2a")
    rows = store.rows("why", WhyRow, track=track, tag=store.names.concept("tags", "genre/rock"))
    told = [(row.cluster_label, row.feature, row.contribution, row.share) for row in rows]
    assert sorted(told, key=str) == sorted(
        [
            (None, None, 0.5, None),
            ("the pulse", "tempo", 0.5, 0.75),
            ("the pulse", "loudness", 0.5, -0.25),
        ],
        key=str,
    )
    assert {row.run for row in rows} == {RUN.id}
    assert {row.model for row in rows} == {"genres-ab12ab12"}
    by_feature = {row.feature: row for row in rows}
    tempo = by_feature["tempo"]
    assert (tempo.value, tempo.percentile, tempo.start, tempo.end) == (1.5, 0.9, 0.0, 30.0)
    assert tempo.high_means
    assert tempo.unit
    (tag,) = store.rows("tags_of_track", TagRow, track=track)
    assert (tag.tag, tag.label, tag.log_odds, tag.decision) == (
        "genre/rock",
        "rock",
        1.0,
        "accepted",
    )


def test_a_failure_says_which_file_when_and_why() -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    error = NoSound("a.wav is silent: nothing can be heard in it")
    graphs = build.failure(NAMES, "a.wav", error, when=noon)
    check.accept(graphs)
    ((graph, triples),) = graphs.items()
    assert NAMES.is_private(graph)
    assert values(triples, EAR.path) == ["a.wav"]
    assert values(triples, EAR.failureCode) == ["E-AUDIO-NO-SOUND"]
    assert values(triples, PROV.generatedAtTime) == ["2026-11-20T12:00:00+00:00"]


def test_an_execution_says_by_whom_when_and_on_what() -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def of(*tracks: str) -> list[Triple]:
        (triples,) = build.execution(NAMES, RUN, tracks, started=noon, ended=noon).values()
        return triples

    check.accept({"http://e/runs": of("b", "a")})
    assert values(of("b", "a"), EAR.inputCount) == ["2"]
    assert values(of("b", "a"), EAR.inputDigest) == values(of("a", "b", "a"), EAR.inputDigest)
    assert values(of("b", "a"), EAR.inputDigest) != values(of("a"), EAR.inputDigest)
