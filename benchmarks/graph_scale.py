"""How the store bears many tracks that fill the triple budget, beside two other stores.

``--tracks`` is how many the embedded store gets, ``--peers`` how many the others.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyoxigraph as ox

from benchmarks.results import keep
from benchmarks.synthetic import TAGS, Catalogue
from earmark.graph import Names, Store
from earmark.graph.queries import TagRow, named
from earmark.graph.store import quads_of
from earmark.graph.why import why

ASKED = 200
AT_ONCE = 500
LISTED = """
PREFIX ear: <https://w3id.org/earmark/ns#>
SELECT ?tag ?recording WHERE { ?recording ear:hasTag ?tag } LIMIT 20
"""
# From the short cut on: begun at the assertions of a tag it takes nine times as long.
SUREST = """
PREFIX ear: <https://w3id.org/earmark/ns#>
SELECT ?tag ?recording ?probability WHERE {
  ?recording ear:hasTag ?tag .
  ?assertion ear:about ?recording ; ear:tag ?tag ; ear:probability ?probability .
  FILTER EXISTS { ?recording ear:currentRun ?run . ?assertion ear:run ?run }
} ORDER BY DESC(?probability) LIMIT 20
"""
Row = dict[str, Any]


class Spent:
    """Milliseconds of repeated work, by the clock and of the processor."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []

    def on(self, work: Callable[[], object]) -> None:
        """Time one piece of work."""
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        self.wall.append(1000 * (time.perf_counter() - wall))
        self.cpu.append(1000 * (time.process_time() - cpu))

    def columns(self, name: str) -> Row:
        """Median CPU, and the 95th percentile of CPU and of the clock."""
        return {
            f"{name} CPU p50": round(float(np.percentile(self.cpu, 50)), 2),
            f"{name} CPU p95": round(float(np.percentile(self.cpu, 95)), 2),
            f"{name} p95": round(float(np.percentile(self.wall, 95)), 2),
        }


def quads(catalogue: Catalogue, numbers: Iterable[int]) -> Iterator[ox.Quad]:
    """All that is said of these tracks."""
    for number in numbers:
        yield from quads_of(catalogue.track(number))


def filled(folder: Path, catalogue: Catalogue, tracks: int) -> Row:
    """Make a store of many tracks from N-Quads; how long the loading took."""
    with Store.open(folder, write=True) as store:
        store.replace(catalogue.shared())
    database = ox.Store(str(folder / "oxigraph"))
    loading, count = Spent(), 0
    for first in range(0, tracks, AT_ONCE):
        part = list(quads(catalogue, range(first, min(first + AT_ONCE, tracks))))
        text = ox.serialize(part, format=ox.RdfFormat.N_QUADS)
        count += len(part)
        loading.on(partial(database.bulk_load, text, format=ox.RdfFormat.N_QUADS))
    loading.on(database.optimize)
    loading.on(database.flush)
    del database
    with Store.open(folder, write=True) as store:
        store.flush()
    megabytes = sum(f.stat().st_size for f in (folder / "oxigraph").rglob("*")) / 2**20
    return {
        "tracks": tracks,
        "triples a track": round(count / tracks),
        "load, 1000 triples a CPU s": round(count / sum(loading.cpu)),
        "MB": round(megabytes),
        "bytes a triple": round(megabytes * 2**20 / count),
    }


def pairs(store: Store, tracks: int, count: int) -> list[tuple[str, str]]:
    """Tracks, each with a tag whose reasons are kept, by IRIs."""
    rng = np.random.default_rng(5)
    chosen = []
    for number in rng.integers(tracks, size=count).tolist():
        track = store.names.track(f"{number:020x}")
        rows = store.rows("tags_of_track", TagRow, track=track)
        tag = rng.choice([row.tag for row in rows if row.chain == "full"])
        chosen.append((track, store.names.concept("tags", str(tag))))
    return chosen


def embedded(folder: Path, catalogue: Catalogue, tracks: int) -> Iterator[Row]:
    """The store of Earmark."""
    row = {"store": "Earmark (pyoxigraph on disk)", **filled(folder, catalogue, tracks)}
    reasons, at_once, listed, surest, tags, again, anew = (Spent() for _ in range(7))
    with Store.open(folder) as store:
        for track, tag in pairs(store, tracks, ASKED):
            reasons.on(partial(why, store, track, tag))
            tags.on(partial(store.rows, "tags_of_track", TagRow, track=track))
        for track, tag in pairs(store, tracks, ASKED // 10):
            at_once.on(partial(whole, store, track, tag))
        for tag in TAGS:
            concept = store.names.concept("tags", tag)
            listed.on(partial(rows_of, store, LISTED, concept))
            surest.on(partial(rows_of, store, SUREST, concept))
    with Store.open(folder, write=True) as store:
        rng = np.random.default_rng(6)
        for number in rng.choice(tracks, size=min(tracks, ASKED // 2), replace=False).tolist():
            again.on(partial(store.replace, catalogue.track(number, listening=1)))
            anew.on(partial(store.replace, catalogue.track(tracks + number)))
    yield (
        row
        | reasons.columns("why")
        | at_once.columns("why.rq")
        | tags.columns("tags of a track")
        | listed.columns("20 tracks of a tag")
        | surest.columns("20 surest of a tag")
        | again.columns("replace a track")
        | anew.columns("add a track")
    )


def rows_of(store: Store, text: str, tag: str) -> list[Any]:
    """All rows of a question about a tag."""
    return list(store.query(text, tag=tag))


def whole(store: Store, track: str, tag: str) -> object:
    """Why, as one large question."""
    query = named("why")
    return list(store.query(query.text, track=track, tag=tag, lang="en"))


def peers(catalogue: Catalogue, tracks: int, chosen: Sequence[tuple[str, str]]) -> Iterator[Row]:
    """The same questions to rdflib's memory and to owlready2's quadstore."""
    import rdflib

    everything = [*quads_of(catalogue.shared()), *quads(catalogue, range(tracks))]
    with Store.memory() as ontology:
        everything += ontology.quads()
    text = ox.serialize((quad.triple for quad in everything), format=ox.RdfFormat.N_TRIPLES)
    for name, opened in (("rdflib (memory)", in_memory), ("owlready2 (SQLite)", in_quadstore)):
        loading, reasons, at_once, listed, surest = (Spent() for _ in range(5))
        found: list[rdflib.Graph] = []
        loading.on(lambda opened=opened, found=found: found.append(opened(text)))
        ask = partial(asked_of, found[0])
        for track, tag in chosen:
            reasons.on(partial(in_small_questions, ask, catalogue, track, tag))
            listed.on(partial(ask, LISTED, tag=tag))
            surest.on(partial(ask, SUREST, tag=tag))
        # rdflib cannot sort rows of which some columns are empty.
        unsorted = named("why").text.partition("\nORDER BY")[0]
        at_once.on(partial(ask, unsorted, track=chosen[0][0], tag=chosen[0][1], lang="en"))
        yield (
            {
                "store": name,
                "tracks": tracks,
                "load, 1000 triples a CPU s": round(len(everything) / sum(loading.cpu)),
            }
            | reasons.columns("why")
            | at_once.columns("why.rq")
            | listed.columns("20 tracks of a tag")
            | surest.columns("20 surest of a tag")
        )


def in_memory(text: bytes) -> Any:
    """A graph in rdflib's memory."""
    import rdflib

    return rdflib.Graph().parse(data=text, format="nt")


def in_quadstore(text: bytes) -> Any:
    """A graph in owlready2's quadstore, as rdflib sees it."""
    import owlready2

    world = owlready2.World(filename=":memory:")
    with tempfile.NamedTemporaryFile(suffix=".nt") as file:
        file.write(text)
        file.flush()
        world.get_ontology(f"file://{file.name}").load()
    return world.as_rdflib_graph()


def asked_of(graph: Any, text: str, **bound: str) -> list[Any]:
    """The rows that rdflib's engine finds; these stores hold no named graphs."""
    import rdflib

    given = {
        name: rdflib.URIRef(value) if ":" in value else rdflib.Literal(value)
        for name, value in bound.items()
    }
    return list(graph.query(text.replace("GRAPH ?graph", ""), initBindings=given))


def in_small_questions(
    ask: Callable[..., list[Any]], catalogue: Catalogue, track: str, tag: str
) -> None:
    """Why, as Earmark asks it, but for the labels."""
    (score,) = ask(named("why_score").text, track=track, tag=tag)
    for question in ("why_parts", "why_percepts"):
        rows = ask(named(question).text, assertion=str(score.assertion))
        if not rows:
            raise ValueError(f"{question} finds nothing in {catalogue.run.id}")


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, default=10_000)
    parser.add_argument("--peers", type=int, default=20)
    asked = parser.parse_args()
    catalogue = Catalogue(Names())
    rows: list[Row] = []
    for tracks in sorted({asked.peers, asked.tracks}):
        with tempfile.TemporaryDirectory() as name:
            rows += embedded(Path(name), catalogue, tracks)
            if tracks == asked.peers:
                with Store.open(name) as store:
                    chosen = pairs(store, tracks, 3)
                rows += peers(catalogue, tracks, chosen)
    keep(
        "graph_scale",
        "Made-up tracks that fill the budget of 1,500 triples: 60 features, 8 clusters, 183 "
        "tags. Times in milliseconds; CPU counts all threads. `why` reads the reasons of one "
        "tag in a few small questions, `why.rq` in one large one, which is also what the other "
        "stores are asked, few times, through rdflib's engine.",
        ("measure", *(f"{row['store']}, {row['tracks']} tracks" for row in rows)),
        turned(rows),
    )


def turned(rows: Sequence[Row]) -> list[Row]:
    """A line per measure and a column per store, since there are many measures."""
    measures = [name for name in max(rows, key=len) if name not in ("store", "tracks")]
    return [
        {"measure": name}
        | {f"{row['store']}, {row['tracks']} tracks": row.get(name, "") for row in rows}
        for name in measures
    ]


if __name__ == "__main__":
    main()
