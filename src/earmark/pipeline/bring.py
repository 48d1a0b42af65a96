"""Takes a file of RDF into a store."""

from pathlib import Path

from earmark.graph import Store
from earmark.graph.importing import Imported, bring

from .place import store_folder


def bring_in(store: Path | None, file: Path, *, base: str | None = None) -> Imported:
    """Take in all of a file, or nothing; the store is made where there is none."""
    with Store.open(store_folder(store), write=True, base=base) as opened:
        imported = bring(opened, file)
        opened.flush()
        return imported
