"""The store on disk: one writer, and snapshots that any number of readers open.

A store is a folder: ``store.toml`` (format and base IRI), ``oxigraph/`` (the database
of the writer) and ``snapshots/`` (hard links to the database as it was at each flush).
"""

import time
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any, BinaryIO, Self, TypeVar

import pyoxigraph as ox

from earmark.errors import QueryError, StoreError

from . import folder as folders
from . import terms as t
from .build import ontology
from .exporting import dump
from .gate import chooses_graphs, gate
from .migrating import migrated
from .names import DEFAULT_BASE, Names
from .queries import Bound, Query, guessed, named, parsed

Graphs = Mapping[str, Collection[ox.Triple]]
Node = ox.NamedNode | ox.BlankNode | ox.Triple
Row = TypeVar("Row")

# From here on, files of their own are written and taken in at the end, all or nothing;
# as one transaction 270,000 quads took ten times as long.
_MANY = 20_000
_CORE = ox.NamedNode("https://w3id.org/earmark/ont/core")
_NUMBERS = {"decimal", "integer", "double", "float"}


class Store:
    """Named graphs that are replaced as a whole and asked in SPARQL.

    ``age`` is how many seconds ago the snapshot was made that is read; 0 for a writer.
    """

    def __init__(self, inner: ox.Store, names: Names, *, folder: Path | None, age: float) -> None:
        self._inner = inner
        self._folder = folder
        self.names = names
        self.age = age
        #: What readers of this store have worked out; it is forgotten with the next write.
        self.remembered: dict[Hashable, Any] = {}

    # --- opening ---

    @classmethod
    def memory(cls, base: str = DEFAULT_BASE) -> Self:
        """A store that is gone when the program ends, with the ontology in it."""
        store = cls(ox.Store(), Names(folders.checked_base(base)), folder=None, age=0.0)
        store._install_ontology()
        return store

    @classmethod
    def open(cls, folder: Path | str, *, write: bool = False, base: str | None = None) -> Self:
        """The store in a folder: its last snapshot, or to write, the store itself.

        Writing makes the folder where there is none. A store keeps the base IRI that
        it was made with; another one is refused.
        """
        place = Path(folder)
        if write:
            return cls._open_to_write(place, base)
        settings = folders.settings(place, base)
        snapshot = folders.newest_snapshot(place, settings)
        age = max(0.0, time.time() - snapshot.stat().st_mtime)
        inner = folders.opened(snapshot, write=False)
        return cls(inner, Names(settings.base), folder=None, age=age)

    @classmethod
    def _open_to_write(cls, place: Path, base: str | None) -> Self:
        if not (place / "store.toml").exists():
            folders.make(place, folders.checked_base(base or DEFAULT_BASE))
        settings = migrated(place, folders.settings(place, base))
        inner = folders.opened(place / settings.database, write=True)
        store = cls(inner, Names(settings.base), folder=place, age=0.0)
        folders.clear_unfinished(place)
        kept = [int(path.name) for path in folders.snapshots(place)]
        if store._install_ontology() or max(kept, default=-1) < settings.since:
            store.flush()
        return store

    def _install_ontology(self) -> bool:
        """State the shipped ontology, in place of any other version of it."""
        found = self._inner.quads_for_pattern(_CORE, t.A, None)
        stated = [q.graph_name.value for q in found if isinstance(q.graph_name, ox.NamedNode)]
        nothing: Collection[ox.Triple] = ()
        return self.replace(dict.fromkeys(stated, nothing) | ontology(self.names))

    def close(self) -> None:
        """Let go of the files, so that another process may write."""
        vars(self).pop("_inner", None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- writing ---

    def replace(self, graphs: Graphs) -> bool:
        """Make each graph hold these triples and no others, all in one update.

        False where that is so already. A run that tags a recording becomes its current
        run: the short cuts to the tags of its earlier runs go in the same update.
        """
        return self._change(*self.changes(graphs))

    def changes(self, graphs: Graphs) -> tuple[set[ox.Quad], set[ox.Quad]]:
        """What `replace` would remove and what it would add."""
        before = {quad for name in graphs for quad in self.quads(graph=name)}
        after = set(quads_of(graphs))
        return before - after | self._superseded(after - before), after - before

    def drop(self, graph: str) -> None:
        """Forget a graph with all that it states."""
        with _told_as_written():
            self._inner.remove_graph(ox.NamedNode(graph))

    def tidy(self) -> None:
        """Let the database write its files anew, without what is gone."""
        with _told_as_written():
            self._inner.optimize()

    def extend(self, graphs: Graphs) -> bool:
        """Add triples to graphs; False where all of them were there."""
        new = {quad for quad in quads_of(graphs) if quad not in self._inner}
        return self._change(set(), new)

    def flush(self) -> None:
        """Bring all writes safely to disk, and leave a snapshot for readers."""
        if self._folder is None:
            return
        try:
            self._inner.flush()
        except OSError as error:
            raise StoreError(f"the store cannot be brought to disk: {error}") from None
        folders.leave_snapshot(self._folder, self._inner)

    def _superseded(self, added: Iterable[ox.Quad]) -> set[ox.Quad]:
        """What earlier runs say to be current of the recordings that are tagged anew."""
        gone: set[ox.Quad] = set()
        for quad in added:
            if quad.predicate == t.CURRENT_RUN:
                for term in (t.CURRENT_RUN, t.HAS_TAG):
                    found = self._inner.quads_for_pattern(quad.subject, term, None)
                    gone.update(old for old in found if old.graph_name != quad.graph_name)
        return gone

    def _change(self, removed: set[ox.Quad], added: set[ox.Quad]) -> bool:
        if not (removed or added):
            return False
        self.remembered.clear()
        with _told_as_written():
            if removed:
                # One update is one transaction; the text is made of terms that the
                # library itself has written out, so nothing in them can end a clause.
                self._inner.update(f"DELETE DATA {_data(removed)}; INSERT DATA {_data(added)}")
            elif len(added) > _MANY:
                self._inner.bulk_extend(added)
            else:
                self._inner.extend(added)
        return True

    # --- reading ---

    def holds(self, graph: str) -> bool:
        """Whether anything is stated in a graph."""
        return next(self.quads(graph=graph), None) is not None

    def graph(self, graph: str) -> list[ox.Triple]:
        """What is stated in a graph."""
        return [quad.triple for quad in self.quads(graph=graph)]

    def graphs(self) -> list[str]:
        """The names of all graphs in which anything is stated, sorted."""
        named = (graph.value for graph in self._inner.named_graphs())
        return sorted(graph for graph in named if self.holds(graph))

    def quads(
        self,
        *,
        subject: Node | None = None,
        term: ox.NamedNode | None = None,
        value: Node | ox.Literal | None = None,
        graph: str | None = None,
    ) -> Iterator[ox.Quad]:
        """All that is stated, and in which graph; or only what has these parts."""
        where = None if graph is None else ox.NamedNode(graph)
        return self._inner.quads_for_pattern(subject, term, value, where)

    def rows(self, name: str, kind: type[Row], **bound: Bound) -> list[Row]:
        """The rows of a shipped query, each as a value of its row type."""
        query = named(name)
        solutions = self._asked(query.text, query.substitutions(bound))
        if not isinstance(solutions, ox.QuerySolutions):
            raise QueryError(f"query {name!r} gives no rows")
        columns = [field.name for field in fields(kind)]  # type: ignore[arg-type]
        return [kind(*(_plain(row[column]) for column in columns)) for row in solutions]

    def construct(self, name: str, **bound: Bound) -> list[ox.Triple]:
        """The triples that a shipped CONSTRUCT query gives."""
        query = named(name)
        triples = self._asked(query.text, query.substitutions(bound))
        if not isinstance(triples, ox.QueryTriples):
            raise QueryError(f"query {name!r} gives no triples")
        return list(triples)

    def query(
        self, text: str, **bound: Bound
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """The answer to any SPARQL query, over all graphs unless it says FROM which.

        A bound variable must be one of those selected.
        """
        query: Query = parsed("given", gate(text))
        values = query.substitutions(bound) if query.parameters else guessed(bound)
        # The library would not heed FROM where the default is the union.
        return self._asked(text, values, union=not chooses_graphs(text))

    def dump(self, out: BinaryIO, style: str) -> None:
        """Write all that may be shared as nq, ttl or jsonld; the files graph stays."""
        dump(self, out, style)

    def _asked(
        self,
        text: str,
        values: dict[ox.Variable, ox.NamedNode | ox.Literal],
        *,
        union: bool = True,
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        try:
            return self._inner.query(
                text, use_default_graph_as_union=union, substitutions={**values}
            )
        except SyntaxError as error:
            raise QueryError(f"this is not a SPARQL query: {error}") from None
        except (RuntimeError, ValueError) as error:
            raise QueryError(f"the query cannot be answered: {error}") from None


# --- terms and text ---


def quads_of(graphs: Graphs) -> Iterator[ox.Quad]:
    """The triples of each graph, each with the graph's name."""
    for name, triples in graphs.items():
        graph = ox.NamedNode(name)
        for triple in triples:
            yield ox.Quad(triple.subject, triple.predicate, triple.object, graph)


@contextmanager
def _told_as_written() -> Iterator[None]:
    """What the database complains of while writing, as one of our own errors."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise StoreError(f"the store cannot be written: {error}") from None


def _data(quads: Iterable[ox.Quad]) -> str:
    stated = (f"GRAPH {q.graph_name} {{ {q.subject} {q.predicate} {q.object} }}" for q in quads)
    return f"{{ {' '.join(stated)} }}"


def _plain(term: Any) -> str | float | bool | None:
    """A term as a Python value."""
    if not isinstance(term, ox.Literal):
        return None if term is None else str(term.value)
    kind = term.datatype.value.rpartition("#")[2]
    if kind == "boolean":
        return term.value in ("true", "1")
    return float(term.value) if kind in _NUMBERS else str(term.value)
