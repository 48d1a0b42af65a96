"""Writes named graphs as JSON-LD with short keys, one node a line."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, BinaryIO

import pyoxigraph as ox

from earmark.errors import GraphError
from earmark.resources import shipped
from earmark.vocab import RDF, XSD

Graph = tuple[str, Iterable[ox.Triple]]


@dataclass(frozen=True, slots=True)
class _Key:
    """What a term is called, and the kind that its values have unless they say otherwise."""

    name: str
    type: str = ""
    language: str = ""


def write(out: BinaryIO, graphs: Iterable[Graph], base: str) -> None:
    """Write the graphs as one document that carries its own context."""
    context = _shipped_context() | {"@base": base}
    out.write(b'{"@context": ' + _json(context) + b',\n"@graph": [')
    writing = _Writing(base)
    for count, (name, triples) in enumerate(graphs):
        out.write(b",\n" if count else b"\n")
        out.write(b'{"@id": ' + _json(writing.name(name)) + b', "@graph": [\n')
        out.write(b",\n".join(map(_json, writing.nodes(triples))))
        out.write(b"\n]}")
    out.write(b"\n]}\n")


class _Writing:
    """Nodes as JSON objects, with names relative to a base."""

    def __init__(self, base: str) -> None:
        self._base = base

    def nodes(self, triples: Iterable[ox.Triple]) -> Iterator[dict[str, Any]]:
        """One object for each subject, in order of their names."""
        said: defaultdict[str, list[ox.Triple]] = defaultdict(list)
        for triple in triples:
            said[_iri(triple.subject)].append(triple)
        for subject in sorted(said):
            yield {"@id": self.name(subject)} | self._properties(said[subject])

    def _properties(self, triples: Iterable[ox.Triple]) -> dict[str, Any]:
        values: defaultdict[str, list[Any]] = defaultdict(list)
        # What a node is comes first.
        for triple in sorted(triples, key=lambda t: (t.predicate.value != RDF.type, str(t))):
            if triple.predicate.value == RDF.type:
                values["@type"].append(_word(_iri(triple.object)))
            else:
                key = _keys().get(triple.predicate.value) or _Key(_iri(triple.predicate))
                values[key.name].append(self._value(triple.object, key))
        return {key: found[0] if len(found) == 1 else found for key, found in values.items()}

    def _value(self, value: Any, key: _Key) -> Any:
        if isinstance(value, ox.Literal):
            return _literal(value, key)
        name = self.name(_iri(value))
        return name if key.type == "@id" else {"@id": name}

    def name(self, iri: str) -> str:
        """The IRI, relative to the base where that reads back the same."""
        relative = iri.removeprefix(self._base)
        if relative != iri and relative and not _changes_when_resolved(relative):
            return relative
        return iri


def _changes_when_resolved(relative: str) -> bool:
    parts = relative.split("/")
    return ":" in parts[0] or not parts[0] or bool({".", ".."} & set(parts)) or relative[0] in "?#@"


def _literal(value: ox.Literal, key: _Key) -> Any:
    if value.language:
        if value.language == key.language:
            return value.value
        return {"@value": value.value, "@language": value.language}
    kind = value.datatype.value
    native = _native(value.value, kind) if key.type in ("", kind) else None
    if native is not None:
        return native
    if kind == (key.type or XSD.string) and not key.language:
        return value.value
    return {"@value": value.value} if kind == XSD.string else {"@value": value.value, "@type": kind}


def _native(text: str, kind: str) -> bool | int | None:
    """The value as JSON has it, where it comes back as the same text."""
    if kind == XSD.boolean and text in ("true", "false"):
        return text == "true"
    # Beyond fifteen digits readers that keep numbers as doubles would change it.
    if kind == XSD.integer and len(text) <= 15 and text == str(_whole(text)):
        return _whole(text)
    return None


def _whole(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


def _iri(node: Any) -> str:
    if isinstance(node, ox.BlankNode):
        return f"_:{node.value}"
    iri = str(node.value)
    scheme, _, rest = iri.partition(":")
    if scheme in _shipped_context() and not rest.startswith("//"):
        raise GraphError(f"<{iri}> cannot be written as JSON-LD, where {scheme}: is a prefix")
    return iri


def _word(iri: str) -> str:
    key = _keys().get(iri)
    return key.name if key else iri


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


@cache
def _shipped_context() -> dict[str, Any]:
    context = shipped("ontology", "context.jsonld").read_text("utf-8")
    found: dict[str, Any] = json.loads(context)["@context"]
    return found


@cache
def _keys() -> Mapping[str, _Key]:
    """What each term is called, by its IRI."""
    context = _shipped_context()

    def whole(short: str) -> str:
        prefix, _, term = short.partition(":")
        return context[prefix] + term if prefix in context else short

    keys: dict[str, _Key] = {}
    for name, means in context.items():
        if isinstance(means, dict):
            kind = means.get("@type", "")
            keys[whole(means["@id"])] = _Key(name, whole(kind), means.get("@language", ""))
        elif isinstance(means, str) and not means.endswith(("/", "#")):
            keys[whole(means)] = _Key(name)
    return keys
