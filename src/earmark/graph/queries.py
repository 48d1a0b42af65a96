"""Queries by name, what can be bound in them, and the rows they give.

A query is a file that begins with its question and names its parameters, one a line:
``# ?track iri: the recording``, or ``# ?lang text: language of labels = en`` where the
value may be left out. Values are bound, never written into the text. A competency
question also names its keywords: ``# keywords: tags, reasons``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Variable

from earmark.errors import GraphError, QueryError
from earmark.resources import shipped

from . import terms as t

Bound = str | float | NamedNode | Literal

#: The language in which everything has a label.
ENGLISH = "en"

_PARAMETER = re.compile(r"^# \?(\w+) (iri|text|number): (.+?)(?: = (\S+))?$", re.MULTILINE)
_KEYWORDS = re.compile(r"^# keywords: (.+)$", re.MULTILINE)


class Parameter(NamedTuple):
    """What can be bound in a query; without a default it must be."""

    kind: str
    meaning: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A question in SPARQL, with the kind and meaning of each parameter."""

    name: str
    question: str
    parameters: Mapping[str, Parameter]
    text: str
    keywords: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        """The parameters that have no default."""
        return tuple(name for name, one in self.parameters.items() if not one.default)

    def substitutions(self, bound: Mapping[str, Bound]) -> dict[Variable, NamedNode | Literal]:
        """The values for the parameters as RDF terms, defaults where none is given."""
        odd = sorted(set(bound) - set(self.parameters)) + [
            name for name in self.required if name not in bound
        ]
        if odd:
            what = "unknown parameter" if odd[0] in bound else "parameter without a value:"
            takes = ", ".join(self.parameters) or "none"
            raise QueryError(f"query {self.name!r}: {what} {odd[0]!r}; it takes {takes}")
        return {
            Variable(name): _term(bound.get(name, one.default), one.kind)
            for name, one in self.parameters.items()
        }


def parsed(name: str, text: str) -> Query:
    r"""A query from its text and header.

    >>> parsed("q", "# Who?\n# ?tag iri: the tag\nASK {}").parameters["tag"]
    Parameter(kind='iri', meaning='the tag', default='')
    """
    first = text.partition("\n")[0]
    parameters = {name: Parameter(*said) for name, *said in _PARAMETER.findall(text)}
    question = first.removeprefix("#").strip() if first.startswith("#") else ""
    found = _KEYWORDS.search(text)
    keywords = tuple(found[1].split(", ")) if found else ()
    return Query(name, question, MappingProxyType(parameters), text, keywords)


@cache
def available() -> Mapping[str, Query]:
    """All shipped queries by name: the program's own, and the competency questions."""
    files = {path.stem: path for path in shipped("queries", "pipeline").glob("*.rq")}
    own = {name: _read(name, path) for name, path in files.items()}
    every = own | {question.name: question for question in questions()}
    return MappingProxyType(dict(sorted(every.items())))


@cache
def questions() -> tuple[Query, ...]:
    """The competency questions: what a graph made by Earmark must be able to answer."""
    files = sorted(shipped("queries", "competency").glob("*/question.rq"))
    return tuple(_read(path.parent.name, path) for path in files)


@cache
def audits() -> tuple[Query, ...]:
    """The queries that find what must not be; each must give no row."""
    files = sorted(shipped("queries", "audit").glob("*.rq"))
    return tuple(_read(path.stem, path) for path in files)


def named(name: str) -> Query:
    """The shipped query of that name.

    >>> list(named("why").parameters)
    ['track', 'tag', 'lang']
    """
    if name not in available():
        raise QueryError(f"no query is called {name!r}: there are {', '.join(available())}")
    return available()[name]


def guessed(bound: Mapping[str, Bound]) -> dict[Variable, NamedNode | Literal]:
    """Values for a query that does not declare its parameters: an IRI where it looks like one."""
    return {Variable(name): _term(value, _kind(value)) for name, value in bound.items()}


def _read(name: str, path: Path) -> Query:
    return parsed(name, path.read_text("utf-8"))


def _kind(value: Bound) -> str:
    if isinstance(value, str):
        return "iri" if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]", value) else "text"
    return "number"


def _term(value: Bound, kind: str) -> NamedNode | Literal:
    if isinstance(value, NamedNode | Literal):
        return value
    try:
        if kind == "iri":
            return NamedNode(str(value))
        return t.measurement(float(value)) if kind == "number" else Literal(str(value))
    except (ValueError, GraphError):
        raise QueryError(f"{value!r} is no {'IRI' if kind == 'iri' else kind}") from None


# --- what the program's own queries give, one row type each ---


@dataclass(frozen=True, slots=True)
class WhyRow:
    """One reason of one tag; see ``queries/pipeline/why.rq`` for what may be absent."""

    tag: str
    notation: str
    label: str
    log_odds: float
    probability: float
    low: float
    high: float
    threshold: float
    decision: str
    chain: str
    run: str
    model: str
    cluster: str | None
    cluster_label: str | None
    contribution: float | None
    feature: str | None
    feature_label: str | None
    definition: str | None
    high_means: str | None
    low_means: str | None
    unit: str | None
    share: float | None
    percentile: float | None
    imputed: bool | None
    value: float | None
    missing: str | None
    start: float | None
    end: float | None


@dataclass(frozen=True, slots=True)
class TagRow:
    """One tag of one recording, by its notation."""

    tag: str
    label: str
    log_odds: float
    probability: float
    low: float
    high: float
    threshold: float
    decision: str
    chain: str
    run: str


@dataclass(frozen=True, slots=True)
class TrackRow:
    """One recording by its id; without a run it was never tagged."""

    track: str
    seconds: float | None
    run: str | None


@dataclass(frozen=True, slots=True)
class TagsGraphRow:
    """The graph with the tags of a recording, and what heard it."""

    graph: str
    features: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """Where a recording was found."""

    path: str


@dataclass(frozen=True, slots=True)
class RunRow:
    """One way to tag."""

    run: str
    code: str
    features: str
    model: str
    ontology: str


@dataclass(frozen=True, slots=True)
class TaggedByRow:
    """The run that tagged a recording last, with the digest of its model."""

    code: str
    features: str
    model: str
    ontology: str
    digest: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class PerceptRow:
    """One observation of one listening; without an end, to the end of the recording."""

    feature: str
    procedure: str
    value: float | None
    missing: str | None
    start: float
    end: float | None


@dataclass(frozen=True, slots=True)
class DatasetNameRow:
    """A dataset by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """What a dataset says of itself."""

    name: str
    multiclass: bool
    licence: str
    source: str


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """A feature of a dataset, and the IRI of the procedure behind it."""

    feature: str
    procedure: str


@dataclass(frozen=True, slots=True)
class DatasetTagRow:
    """A tag of a dataset."""

    tag: str


@dataclass(frozen=True, slots=True)
class DatasetTrackRow:
    """A track of a dataset, as the dataset names it."""

    track: str
    split: str
    artist: str | None


@dataclass(frozen=True, slots=True)
class LabelRow:
    """That a dataset gives a tag to a track."""

    track: str
    tag: str


@dataclass(frozen=True, slots=True)
class ValueRow:
    """What was measured of one track of a dataset, and the IRI of the procedure."""

    track: str
    feature: str
    procedure: str
    value: float


@dataclass(frozen=True, slots=True)
class ClassRow:
    """How many things there are of one class."""

    kind: str
    entities: float


@dataclass(frozen=True, slots=True)
class PropertyRow:
    """How often one property is stated."""

    property: str
    triples: float


@dataclass(frozen=True, slots=True)
class LinkRow:
    """How many links of one kind lead to one other place."""

    property: str
    space: str
    triples: float


@dataclass(frozen=True, slots=True)
class SizeRow:
    """How many things a store says something about, and how many it gives a class."""

    subjects: float
    entities: float
