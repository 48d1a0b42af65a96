"""Reads RDF that somebody else wrote: line by line, offline, and never more than it must.

Turtle, TriG, N-Triples, N-Quads and JSON-LD are read. RDF/XML is not: its entities can
make a parser take all memory. Nothing that a file points at is ever fetched.
"""

import io
import mmap
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyoxigraph as ox

from earmark.errors import GraphError
from earmark.resources import shipped

FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
#: The one context that a JSON-LD file may name instead of writing it out.
CONTEXT = "https://w3id.org/earmark/context.jsonld"

# A quad costs several times its text in memory, and all of a file is held until it is judged.
LARGEST_FILE = 128 * 1024 * 1024
_NAMES_CONTEXT = re.compile(rb'"@context"\s*:\s*(?:\[\s*)?("%b")' % re.escape(CONTEXT.encode()))
_XML = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<(?:\?xml|!DOCTYPE|rdf:RDF)", re.IGNORECASE)


class Reading:
    """The quads of one file; ``line`` is at any moment that of the last one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.line = 0

    def place(self, quad: ox.Quad, line: int) -> str:
        """The file and the line of a quad, for a person."""
        if self.path.suffix == ".jsonld":
            # JSON-LD comes in larger pieces than lines, so its subject is looked for.
            line = _first_line_naming(self.path, iri(quad.subject))
        return f"{self.path}, line {line}" if line else str(self.path)

    def quads(self) -> Iterator[ox.Quad]:
        """Each quad as soon as it is complete."""
        try:
            style = _format(self.path)
            with self.path.open("rb") as file:
                self._refuse_at_sight(file)
                source = _with_context(file) if style == ox.RdfFormat.JSON_LD else file
                yield from ox.parse(cast(BinaryIO, _Lines(source, self)), format=style)
        except OSError as error:
            raise GraphError(f"{self.path} cannot be read: {error.strerror}") from None
        except SyntaxError as error:
            raise GraphError(f"{self._at(error)}: {_in_words(error)}") from None
        except MemoryError:
            # The parser's own limit, far below what would hurt.
            raise GraphError(
                f"{self.path}, line {self.line}: one word or literal is over 16 MB"
            ) from None

    def _refuse_at_sight(self, file: BinaryIO) -> None:
        size = self.path.stat().st_size
        if size > LARGEST_FILE:
            most = LARGEST_FILE // 2**20
            raise GraphError(
                f"{self.path} has {size / 2**20:.0f} MB, more than {most}: "
                "split it (`earmark export --parts` does)"
            )
        if _XML.match(file.read(1024)):
            raise GraphError(f"{self.path}, line 1: this is XML, whatever it is called: use Turtle")
        file.seek(0)

    def _at(self, error: SyntaxError) -> str:
        line = error.lineno or max(self.line, 1)
        column = f", column {error.offset}" if error.offset else ""
        return f"{self.path}, line {line}{column}"


class _Lines:
    """A file that hands out no more than a line at a time.

    The parser gives each quad as soon as it has read its last character, so the lines
    handed out so far tell where that quad stands.
    """

    def __init__(self, file: BinaryIO, reading: Reading) -> None:
        self._file = file
        self._reading = reading
        self._complete = 0

    def read(self, size: int = -1) -> bytes:
        line = self._file.readline(size)
        # A long line comes in pieces, and the last line may have no end.
        self._reading.line = max(self._complete + bool(line), 1)
        self._complete += line.endswith(b"\n")
        return line


def iri(node: Any) -> str:
    """The IRI of a node; of a blank node, its label."""
    return str(node.value)


def _format(path: Path) -> ox.RdfFormat:
    if path.suffix not in FORMATS:
        raise GraphError(f"{path}: RDF is read from files that end in {', '.join(FORMATS)}")
    return FORMATS[path.suffix]


def _with_context(file: BinaryIO) -> BinaryIO:
    """The same JSON with our context in place of its name, on the line where that stood."""
    if not os.fstat(file.fileno()).st_size:
        return file
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        named = _NAMES_CONTEXT.search(text)
        if named is None:
            return file
        context = shipped("ontology", "context.jsonld").read_bytes()
        inner = b" ".join(context.partition(b":")[2].rpartition(b"}")[0].split())
        return io.BytesIO(text[: named.start(1)] + inner + text[named.end(1) :])


def _first_line_naming(path: Path, name: str) -> int:
    """The first line that ends a name as an IRI ends; 0 where there is none."""
    end = re.split("[/#:]", name)[-1].encode() + b'"'
    with path.open("rb") as file:
        return next((number for number, text in enumerate(file, start=1) if end in text), 0)


def _in_words(error: SyntaxError) -> str:
    """The parser's complaint without the place, which is told already."""
    said = str(error.msg)
    if "LoadDocumentCallback" in said:
        return f"its @context would have to be fetched: write it out, or name {CONTEXT}"
    return said.partition(": ")[2] or said if said.startswith("Parser error at") else said
