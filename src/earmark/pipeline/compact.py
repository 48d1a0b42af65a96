"""Forgets what older runs left in a store."""

from dataclasses import dataclass
from pathlib import Path

from earmark.graph import Store, keeping

from .place import store_folder


@dataclass(frozen=True, slots=True)
class Compacted:
    """What went: runs, the graphs of tracks and of models, and triples in all."""

    runs: int
    graphs: int
    models: int
    triples: int


def compact(store: Path | None, *, keep_runs: int) -> Compacted:
    """Keep the last so many runs, and for each track the run that tagged it last."""
    with Store.open(store_folder(store), write=True) as opened:
        unneeded = keeping.spare(opened, keep_runs=keep_runs)
        triples = keeping.forget(opened, unneeded)
        opened.tidy()
        opened.flush()
    graphs = len(unneeded.tags) + len(unneeded.percepts)
    return Compacted(len(unneeded.runs), graphs, len(unneeded.models), triples)
