"""Makes chains of reasons again for which the store had no room, and lays them over it."""

import math
from collections.abc import Collection, Mapping, Sequence

from pyoxigraph import NamedNode

from earmark.errors import EarmarkError, GraphError, ModelError
from earmark.graph import Store, build
from earmark.graph.overlay import laid_over
from earmark.graph.queries import PerceptRow, TaggedByRow, TagRow
from earmark.model import TagModel
from earmark.types import Chain, Heard, Observation, Run, TagScore

from .scoring import scores


def tagged_by(store: Store, track: str) -> TaggedByRow:
    """The run that tagged a track last."""
    found = store.rows("run_of_track", TaggedByRow, track=store.names.track(track))
    if not found:
        raise EarmarkError(f"track {track} has no tags in the store: run `earmark tag` on it")
    return found[0]


def rebuilt(store: Store, track: str, tags: Collection[str], model: TagModel) -> Store:
    """The track as its current run judged it, in memory, with whole chains for these tags.

    Raises
    ------
    ModelError
        The model is not the one that the run used.
    GraphError
        The percepts in the store do not give the scores in the store.
    """
    by = tagged_by(store, track)
    if model.digest != by.digest:
        raise ModelError(
            f"track {track} was tagged with the model {by.model}, whose digest begins with "
            f"{by.digest[:8]}; the reasons can be made again with no other, and this is "
            f"{model.name} {model.digest[:8]}"
        )
    known = heard(store, track, by)
    again = {score.tag: score for score in scores(model, known)}
    rows = store.rows("tags_of_track", TagRow, track=store.names.track(track))
    _compare(track, rows, again)
    kept = {row.tag for row in rows if row.chain == Chain.FULL}
    wanted = [again[tag] for tag in tags if tag in again and tag not in kept]
    run = Run(by.code, by.features, by.model, by.ontology)
    return _laid_over(store, known, wanted, run)


def heard(store: Store, track: str, by: TaggedByRow) -> Heard:
    """What the store knows that a run's procedures heard in a track."""
    rows = store.rows("percepts", PerceptRow, graph=store.names.percepts_graph(track, by.features))
    if not rows:
        raise GraphError(
            f"what was heard in track {track} is no longer in the store: tag the track again"
        )
    observations = (
        Observation(
            feature=row.feature,
            value=row.value,
            start=row.start,
            end=math.nan if row.end is None else row.end,
            procedure=store.names.procedure_of(row.procedure),
            missing=row.missing or "",
        )
        for row in rows
    )
    seconds = math.nan if by.seconds is None else by.seconds
    return Heard(track, seconds, by.features, tuple(observations))


def _compare(track: str, rows: Sequence[TagRow], again: Mapping[str, TagScore]) -> None:
    """Refuse to explain a score by reasons that add up to another."""
    for row in rows:
        if row.tag not in again or again[row.tag].log_odds != row.log_odds:
            now = f"{again[row.tag].log_odds:.6f}" if row.tag in again else "no score"
            raise GraphError(
                f"the reasons of track {track} cannot be made again: the store has "
                f"{row.log_odds:.6f} for {row.tag}, the model now gives {now} to the same "
                "percepts; tag the track again"
            )


def _laid_over(store: Store, known: Heard, wanted: Sequence[TagScore], run: Run) -> Store:
    """The store with the chains in place of the bare scores of these tags."""
    names = store.names
    ((graph, chains),) = build.rebuilt(names, known, wanted, run).items()
    bare = {NamedNode(names.assertion(known.track, run.id, score.tag)) for score in wanted}
    stays = (triple for triple in store.graph(graph) if triple.subject not in bare)
    return laid_over(store, known.track, {graph: [*stays, *chains]})
