"""Decides whether triples may be trusted: shapes node by node, audits over the whole."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from earmark.errors import GraphError
from earmark.vocab import DCTERMS, EAR, SKOS, SOSA

from . import chances, shapes
from .build import ontology
from .names import Names
from .queries import Query, audits
from .reading import Reading
from .shapes import Answer, Finding
from .store import Graphs, Store, quads_of

Ask = Callable[[str], Answer]

_TOLD = 3
# They need the whole ontology, which would take longer to load beside each track than to
# ask: code can write no other terms, and what is implied comes from a rule.
_OF_THE_WHOLE = ("implied_tags_follow", "terms_are_known")
_OF_A_STORE = "everything_is_described"
# What a track refers to, and what must be known of that to judge the track.
_REFERENCES = (
    EAR.tag, EAR.cluster, SOSA.observedProperty, EAR.run, EAR.model, EAR.hasTag, EAR.impliesTag,
    EAR.key, EAR.function, EAR.quality, EAR.progression,
)  # fmt: skip
_KNOWLEDGE = frozenset({
    SKOS.prefLabel, DCTERMS.identifier, EAR.minimum, EAR.maximum, EAR.model, EAR.multiclass,
})  # fmt: skip
# One write in so many is checked by pySHACL as well: enough that a fault in the compiled
# shapes would show within a batch, and less than a millisecond a track on average.
_SAMPLED = 50
# Quads of a store that are judged together in memory.
_AT_ONCE = 20_000


def accept(graphs: Graphs, store: Store | None = None) -> None:
    """Raise GraphError unless every shape and audit holds over these graphs together.

    They are those of one track (recording, percepts, tags), or those of one model. What
    they refer to is looked up in the store; without one that is left unchecked.
    """
    scratch = _loaded(quads_of(graphs))
    without = list(_OF_THE_WHOLE)
    if store is None:
        without.append(_OF_A_STORE)
    else:
        scratch.extend(_knowledge(scratch, store))
    findings = _judged(_asking(scratch), without=without)
    if _is_sampled(graphs):
        findings += shapes.validate(triple for triples in graphs.values() for triple in triples)
    if findings:
        told = "; ".join(str(finding) for finding in findings[:_TOLD])
        more = f"; and {len(findings) - _TOLD} more" if len(findings) > _TOLD else ""
        raise GraphError(f"these triples are not written, for they break a rule: {told}{more}")


def audit(quads: Iterable[ox.Quad], *, without: Collection[str] = ()) -> list[Finding]:
    """What the audits find in these quads."""
    return _audited(_asking(_loaded(quads)), without=without)


def judge(quads: Iterable[ox.Quad]) -> list[Finding]:
    """What every audit and every shape finds in these quads."""
    return _judged(_asking(_loaded(quads)))


def everything(store: Store) -> list[Finding]:
    """What every audit and every shape finds in a whole store."""
    return _audited(store.query) + _misshapen(store) + chances.judge(store.query)


def file(path: Path) -> list[Finding]:
    """What every audit and every shape finds in a file of RDF."""
    scratch = _loaded(Reading(path).quads())
    triples = [quad.triple for quad in scratch]
    # The file may speak of shipped concepts; they are added unless it brings its own copy.
    for graph, stated in ontology(Names()).items():
        name = ox.NamedNode(graph)
        known = set(triples)
        scratch.extend(
            ox.Quad(t.subject, t.predicate, t.object, name) for t in stated if t not in known
        )
    found = _judged(_asking(scratch))
    try:
        said = shapes.validate(triples)
    except GraphError:
        # It gives up on what has no order, which the compiled shapes tell of.
        if not found:
            raise
        said = []
    told = {(finding.rule, finding.node) for finding in found}
    return found + [finding for finding in said if (finding.rule, finding.node) not in told]


def _judged(ask: Ask, *, without: Collection[str] = ()) -> list[Finding]:
    return _audited(ask, without=without) + shapes.judge(ask) + chances.judge(ask)


def _misshapen(store: Store) -> list[Finding]:
    """Which nodes of a store break a shape.

    In memory the shapes are asked several times as fast as on disk, so the graphs are
    taken there some at a time. A shape is about a node's own triples: a node that is
    described in several graphs is judged at the end, by all of them.
    """
    found: list[Finding] = []
    # Of many nodes only the hash is kept; two that share one are merely judged again.
    seen: set[int] = set()
    again: set[ox.NamedNode | ox.BlankNode | ox.Triple] = set()
    for batch in _batches(store):
        subjects = {quad.subject for quad in batch}
        again.update(node for node in subjects if hash(node) in seen)
        seen.update(map(hash, subjects))
        found += shapes.judge(_asking(_loaded(batch)))
    names = {node.value for node in again if not isinstance(node, ox.Triple)}
    together = (q for name in names for q in store.quads(subject=ox.NamedNode(name)))
    alone = [finding for finding in found if finding.node not in names]
    return sorted(alone + shapes.judge(_asking(_loaded(together))))


def _batches(store: Store) -> Iterator[list[ox.Quad]]:
    """The quads of a store, whole graphs at a time."""
    batch: list[ox.Quad] = []
    for graph in store.graphs():
        batch += quads_of({graph: store.graph(graph)})
        if len(batch) >= _AT_ONCE:
            yield batch
            batch = []
    yield batch


def _audited(ask: Ask, *, without: Collection[str] = ()) -> list[Finding]:
    asked = (query for query in audits() if query.name not in without)
    return [finding for query in asked for finding in _findings(query, ask(query.text))]


def _loaded(quads: Iterable[ox.Quad]) -> ox.Store:
    scratch = ox.Store()
    scratch.extend(quads)
    return scratch


def _asking(scratch: ox.Store) -> Ask:
    """Answers SPARQL over all graphs of a store in memory."""
    return lambda text: scratch.query(text, use_default_graph_as_union=True)


def _knowledge(scratch: ox.Store, store: Store) -> Iterator[ox.Quad]:
    """What the store knows of that which a scratch store refers to and does not describe.

    No more than audits need: the whole ontology would take longer to load than to ask.
    """
    references = map(ox.NamedNode, _REFERENCES)
    referred = {
        q.object for term in references for q in scratch.quads_for_pattern(None, term, None)
    }
    for node in referred:
        if isinstance(node, ox.NamedNode) and not any(scratch.quads_for_pattern(node, None, None)):
            yield from (q for q in store.quads(subject=node) if q.predicate.value in _KNOWLEDGE)


def _is_sampled(graphs: Graphs) -> bool:
    """Whether pySHACL looks at these too: by their names, so that the same are each time."""
    names = hashlib.sha256("\n".join(sorted(graphs)).encode())
    return int.from_bytes(names.digest()[:4]) % _SAMPLED == 0


def _findings(query: Query, answer: Answer) -> Iterator[Finding]:
    found = shapes.rows(answer)
    others = [variable.value for variable in found.variables if variable.value != "node"]
    for row in found:
        facts = ", ".join(f"{name} {row[name].value}" for name in others if row[name] is not None)
        yield Finding(query.name, row["node"].value, facts or query.question)
