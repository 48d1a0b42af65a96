"""What one run concludes about a recording, and why, as triples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from earmark.graph import terms as t
from earmark.graph.names import Names
from earmark.types import Chain, Contribution, Decision, Heard, Run, Share, TagScore

from .concepts import Graphs
from .recordings import whole

# A chain of reasons is about a hundred triples. These many are kept whole; of the other
# tags the score stays, from which the chain can be made again.
_FULL_CHAINS = 12
_EVIDENCE_KEPT = 3

_UNHEARD = "no procedure of this listening measures it"


def tags(names: Names, heard: Heard, scores: Sequence[TagScore], run: Run) -> Graphs:
    """The graph of a run's conclusions about one recording."""
    telling = _Telling(names, heard, run.id, run.model)
    return {names.tags_graph(heard.track, run.id): list(telling.triples(scores))}


def _told_in_full(scores: Sequence[TagScore]) -> frozenset[str]:
    """The tags whose chains are kept: the accepted, then those that come closest."""

    def rank(score: TagScore) -> tuple[bool, float, str]:
        margin = score.log_odds - score.threshold
        return score.decision is not Decision.ACCEPTED, -margin, score.tag

    return frozenset(score.tag for score in sorted(scores, key=rank)[:_FULL_CHAINS])


@dataclass(frozen=True)
class _Telling:
    """One run's conclusions about one recording, told as triples."""

    names: Names
    heard: Heard
    run: str
    model: str

    def triples(self, scores: Sequence[TagScore]) -> Iterator[Triple]:
        recording = NamedNode(self.names.track(self.heard.track))
        yield Triple(recording, t.CURRENT_RUN, NamedNode(self.names.run(self.run)))
        told = _told_in_full(scores)
        for score in scores:
            if score.decision is Decision.ACCEPTED:
                yield Triple(recording, t.HAS_TAG, self._tag(score))
            yield from self._assertion(score, recording, full=score.tag in told)
        yield from self._unheard_observations(scores, recording)

    def _assertion(self, score: TagScore, recording: NamedNode, *, full: bool) -> Iterator[Triple]:
        name = self.names.assertion(self.heard.track, self.run, score.tag)
        node = NamedNode(name)
        yield Triple(node, t.A, t.TAG_ASSERTION)
        yield Triple(node, t.ABOUT, recording)
        yield Triple(node, t.TAG, self._tag(score))
        yield Triple(node, t.OF_RUN, NamedNode(self.names.run(self.run)))
        yield Triple(node, t.LOG_ODDS, t.score(score.log_odds))
        yield Triple(node, t.PROBABILITY, t.score(score.probability))
        yield Triple(node, t.LOW, t.score(score.low))
        yield Triple(node, t.HIGH, t.score(score.high))
        yield Triple(node, t.THRESHOLD, t.score(score.threshold))
        yield Triple(node, t.DECISION, Literal(score.decision.value))
        yield Triple(node, t.CHAIN, Literal((Chain.FULL if full else Chain.SCORE_ONLY).value))
        if full:
            yield from self._base_rate(node, score)
            for part in score.contributions:
                yield from self._contribution(node, part)

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

    def _remainder(self, of: NamedNode, node: NamedNode, cut: Sequence[Share]) -> Iterator[Triple]:
        yield Triple(of, t.BECAUSE, node)
        yield Triple(node, t.A, t.EVIDENCE)
        yield Triple(node, t.A, t.REMAINDER)
        yield Triple(node, t.SHARE, t.score(sum(share.share for share in cut)))

    def _tag(self, score: TagScore) -> NamedNode:
        return NamedNode(self.names.concept("tags", score.tag))

    # --- features that the model knows and the listening does not ---

    def _unheard_observations(
        self, scores: Sequence[TagScore], recording: NamedNode
    ) -> Iterator[Triple]:
        """Observations that say they are none, so that every chain ends in the sound."""
        told = _told_in_full(scores)
        shares = (
            share.feature
            for score in scores
            if score.tag in told
            for part in score.contributions
            for share in part.shares
        )
        for feature in sorted(set(shares) - self._listened_for):
            node = self._observation(feature)
            yield Triple(node, t.A, t.FEATURE_OBSERVATION)
            yield Triple(node, t.FEATURE_OF_INTEREST, recording)
            concept = NamedNode(self.names.concept("features", feature))
            yield Triple(node, t.OBSERVED_PROPERTY, concept)
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
