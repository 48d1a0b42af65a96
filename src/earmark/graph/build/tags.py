"""What one run concludes about a recording, and why, as triples."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from pyoxigraph import Literal, NamedNode, Triple

from earmark.graph import terms as t
from earmark.graph.names import Names
from earmark.types import Chain, Contribution, Decision, Heard, Run, Share, TagScore

from .concepts import Graphs
from .recordings import track, whole

# Triples that one clip may take: its percepts, and of its tags what then has room. Some
# are set aside for the path of the file and for what rules conclude from the tags.
BUDGET = 1500
SET_ASIDE = 50
_FULL_CHAINS = 12
_EVIDENCE_KEPT = 3

_UNHEARD = "no procedure of this listening measures it"


def tags(names: Names, heard: Heard, scores: Sequence[TagScore], run: Run) -> Graphs:
    """The graph of a run's conclusions about one recording, within the budget.

    Every accepted tag is asserted. The accepted, and then those nearest their threshold,
    get their whole chains of reasons, at most twelve and as long as there is room; what
    room is left goes to the bare scores of the next nearest. All else can be made again
    from the percepts.
    """
    telling = _Telling(names, heard, run.id, run.model)
    return {names.tags_graph(heard.track, run.id): list(telling.within(BUDGET - SET_ASIDE, scores))}


def rebuilt(names: Names, heard: Heard, scores: Sequence[TagScore], run: Run) -> Graphs:
    """The whole chains of these tags, each marked with the model that made it again.

    They are to be laid over the store; in the store itself there was no room for them.
    """
    telling = _Telling(names, heard, run.id, run.model)
    again = chain.from_iterable(map(telling.again, scores))
    return {names.tags_graph(heard.track, run.id): list(dict.fromkeys(again))}


def _nearness(score: TagScore) -> tuple[bool, float, str]:
    """Sorts the accepted tags before the others, and each by its margin."""
    margin = score.log_odds - score.threshold
    return not _accepted(score), -margin, score.tag


def _accepted(score: TagScore) -> bool:
    return score.decision is Decision.ACCEPTED


@dataclass(frozen=True)
class _Telling:
    """One run's conclusions about one recording, told as triples."""

    names: Names
    heard: Heard
    run: str
    model: str

    def within(self, budget: int, scores: Sequence[TagScore]) -> Iterable[Triple]:
        """As much of the scores as a budget allows that the percepts are part of."""
        left = budget - sum(map(len, track(self.names, self.heard).values()))
        # What is accepted is asserted whatever comes, so that much is spoken for.
        promised = sum(len(self._score_only(score)) for score in scores if _accepted(score))
        run = NamedNode(self.names.run(self.run))
        told = dict.fromkeys([Triple(self._recording, t.CURRENT_RUN, run)])
        in_full = True
        for place, score in enumerate(sorted(scores, key=_nearness)):
            short = self._score_only(score)
            promised -= len(short) if _accepted(score) else 0
            room = left - promised - len(told)
            # Once a chain has no room none is kept, lest a tag be told in full and a
            # nearer one not.
            if in_full and place < _FULL_CHAINS:
                full = [triple for triple in self._full(score) if triple not in told]
                if in_full := len(full) <= room:
                    told |= dict.fromkeys(full)
                    continue
            if not _accepted(score) and len(short) > room:
                break
            told |= dict.fromkeys(short)
        return told

    def again(self, score: TagScore) -> Iterator[Triple]:
        """The whole chain of one tag, and which model made it again."""
        yield from self._full(score)
        model = NamedNode(self.names.model(self.model))
        yield Triple(NamedNode(self._name(score)), t.REBUILT_BY, model)

    @cached_property
    def _recording(self) -> NamedNode:
        return NamedNode(self.names.track(self.heard.track))

    def _score_only(self, score: TagScore) -> list[Triple]:
        return list(self._assertion(score, Chain.SCORE_ONLY))

    def _full(self, score: TagScore) -> Iterator[Triple]:
        yield from self._assertion(score, Chain.FULL)
        yield from self._base_rate(NamedNode(self._name(score)), score)
        for part in score.contributions:
            yield from self._contribution(NamedNode(self._name(score)), part)

    def _assertion(self, score: TagScore, kept: Chain) -> Iterator[Triple]:
        if _accepted(score):
            yield Triple(self._recording, t.HAS_TAG, self._tag(score))
        node = NamedNode(self._name(score))
        yield Triple(node, t.A, t.TAG_ASSERTION)
        yield Triple(node, t.ABOUT, self._recording)
        yield Triple(node, t.TAG, self._tag(score))
        yield Triple(node, t.OF_RUN, NamedNode(self.names.run(self.run)))
        yield Triple(node, t.LOG_ODDS, t.score(score.log_odds))
        yield Triple(node, t.PROBABILITY, t.score(score.probability))
        yield Triple(node, t.LOW, t.score(score.low))
        yield Triple(node, t.HIGH, t.score(score.high))
        yield Triple(node, t.THRESHOLD, t.score(score.threshold))
        yield Triple(node, t.DECISION, Literal(score.decision.value))
        yield Triple(node, t.CHAIN, Literal(kept.value))

    def _base_rate(self, assertion: NamedNode, score: TagScore) -> Iterator[Triple]:
        node = NamedNode(self.names.base_rate(assertion.value))
        yield Triple(assertion, t.BECAUSE, node)
        # Stated as both, since a store without a reasoner sees only what is stated.
        yield Triple(node, t.A, t.CONTRIBUTION)
        yield Triple(node, t.A, t.BASE_RATE)
        yield Triple(node, t.CONTRIBUTES, t.score(score.base_rate))

    def _contribution(self, assertion: NamedNode, part: Contribution) -> Iterator[Triple]:
        node = NamedNode(self.names.contribution(assertion.value, part.cluster))
        yield Triple(assertion, t.BECAUSE, node)
        yield Triple(node, t.A, t.CONTRIBUTION)
        yield Triple(node, t.CLUSTER, NamedNode(self.names.cluster(self.model, part.cluster)))
        yield Triple(node, t.CONTRIBUTES, t.score(part.contribution))
        kept, cut = _strongest(part.shares)
        for share in kept:
            name = self.names.evidence(assertion.value, part.cluster, share.feature)
            yield from self._evidence(node, NamedNode(name), share)
        if cut:
            name = self.names.remainder(assertion.value, part.cluster)
            yield from self._remainder(node, NamedNode(name), cut)

    def _evidence(self, of: NamedNode, node: NamedNode, share: Share) -> Iterator[Triple]:
        yield Triple(of, t.BECAUSE, node)
        yield Triple(node, t.A, t.EVIDENCE)
        yield Triple(node, t.SHARE, t.score(share.share))
        if share.percentile is not None:
            yield Triple(node, t.PERCENTILE, t.score(share.percentile))
        if share.imputed:
            yield Triple(node, t.IMPUTED, t.truth(True))
        yield Triple(node, t.BECAUSE, self._observation(share.feature))
        if share.feature not in self._listened_for:
            yield from self._unheard(share.feature)

    def _remainder(self, of: NamedNode, node: NamedNode, cut: Sequence[Share]) -> Iterator[Triple]:
        yield Triple(of, t.BECAUSE, node)
        yield Triple(node, t.A, t.EVIDENCE)
        yield Triple(node, t.A, t.REMAINDER)
        yield Triple(node, t.SHARE, t.score(sum(share.share for share in cut)))

    def _name(self, score: TagScore) -> str:
        return self.names.assertion(self.heard.track, self.run, score.tag)

    def _tag(self, score: TagScore) -> NamedNode:
        return NamedNode(self.names.concept("tags", score.tag))

    # --- features that the model knows and the listening does not ---

    def _unheard(self, feature: str) -> Iterator[Triple]:
        """An observation that says it is none, so that every chain ends in the sound."""
        node = self._observation(feature)
        yield Triple(node, t.A, t.FEATURE_OBSERVATION)
        yield Triple(node, t.FEATURE_OF_INTEREST, self._recording)
        yield Triple(node, t.OBSERVED_PROPERTY, NamedNode(self.names.concept("features", feature)))
        yield Triple(node, t.MISSING_BECAUSE, Literal(_UNHEARD))
        yield Triple(node, t.BECAUSE, whole(self.names, self.heard))

    @cached_property
    def _listened_for(self) -> frozenset[str]:
        return frozenset(seen.feature for seen in self.heard.observations)

    def _observation(self, feature: str) -> NamedNode:
        track, version = self.heard.track, self.heard.features_version
        if feature in self._listened_for:
            return NamedNode(self.names.observation(track, version, feature))
        return NamedNode(self.names.unheard(track, self.run, feature))


def _strongest(shares: Sequence[Share]) -> tuple[list[Share], list[Share]]:
    """The shares to keep one by one, strongest first, and those to keep as a sum.

    What was not known is always kept: a reader must see what the score did not use.
    """
    by_strength = sorted(shares, key=lambda share: (-abs(share.share), share.feature))
    known = [share for share in by_strength if not share.imputed]
    unknown = [share for share in by_strength if share.imputed]
    return known[:_EVIDENCE_KEPT] + unknown, known[_EVIDENCE_KEPT:]
