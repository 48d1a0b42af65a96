"""Takes a file of RDF into a store, from this machine or from an address that was asked for."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import urlsplit

from earmark.errors import GraphError
from earmark.graph import Store
from earmark.graph.importing import Imported, bring
from earmark.graph.reading import FORMATS, LARGEST_FILE

from .place import store_folder

_SUFFIXES = {
    "text/turtle": ".ttl",
    "application/n-triples": ".nt",
    "application/n-quads": ".nq",
    "application/trig": ".trig",
    "application/ld+json": ".jsonld",
}
# A server that says nothing for so long, or is not done after so long, is given up.
_SILENT_SECONDS = 20
_WHOLE_SECONDS = 300
_BLOCK = 1 << 16


def bring_in(store: Path | None, source: str, *, base: str | None = None) -> Imported:
    """Take in all of a file or address, or nothing; the store is made where there is none."""
    with _at_hand(source) as file, Store.open(store_folder(store), write=True, base=base) as opened:
        imported = bring(opened, file)
        opened.flush()
        return imported


@contextmanager
def _at_hand(source: str) -> Iterator[Path]:
    """The file itself; of an address a copy, in whose place complaints name the address."""
    if urlsplit(source).scheme not in ("http", "https"):
        yield Path(source)
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = _fetched(source, Path(folder))
        try:
            yield copy
        except GraphError as error:
            raise GraphError(str(error).replace(str(copy), source)) from None


def _fetched(address: str, folder: Path) -> Path:
    # Imported here, since nothing else in Earmark ever asks a network.
    from urllib import request

    # No handler for files or FTP: a redirection cannot lead anywhere but to the web.
    opener = request.OpenerDirector()
    for handler in (
        request.HTTPHandler,
        request.HTTPSHandler,
        request.HTTPRedirectHandler,
        request.HTTPErrorProcessor,
        request.HTTPDefaultErrorHandler,
        request.UnknownHandler,
    ):
        opener.add_handler(handler())
    asked = request.Request(address, headers={"Accept": ", ".join(_SUFFIXES)})  # noqa: S310
    try:
        with opener.open(asked, timeout=_SILENT_SECONDS) as answer:
            suffix = PurePosixPath(urlsplit(address).path).suffix
            if suffix not in FORMATS:
                suffix = _SUFFIXES.get(answer.headers.get_content_type(), suffix)
            copy = folder / f"fetched{suffix}"
            with copy.open("wb") as kept:
                _copy(address, answer, kept)
            return copy
    except (OSError, ValueError) as error:
        raise GraphError(f"{address} cannot be fetched: {error}") from None


def _copy(address: str, answer: BinaryIO, kept: BinaryIO) -> None:
    """Keep what a server sends, as long as that is neither too much nor too slow."""
    deadline = time.monotonic() + _WHOLE_SECONDS
    while block := answer.read(_BLOCK):
        kept.write(block)
        if kept.tell() > LARGEST_FILE:
            raise GraphError(
                f"{address} sends more than {LARGEST_FILE:,} bytes: import it in parts"
            )
        if time.monotonic() > deadline:
            raise GraphError(f"{address} is too slow: fetch it otherwise, and import the file")
