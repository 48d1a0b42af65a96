"""Writes a store out as RDF."""

from pathlib import Path
from typing import BinaryIO

from earmark.graph import Store

from .place import store_folder


def export(store: Path | None, style: str, out: BinaryIO) -> None:
    """Write all that may be shared: the graph of files and paths stays behind."""
    with Store.open(store_folder(store)) as opened:
        opened.dump(out, style)
