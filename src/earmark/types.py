"""Frozen values that travel between the packages; nothing here reads or writes.

Units: times in seconds, scores in natural log-odds, percentiles from 0 to 1.
A feature, tag or cluster is named by its notation, such as ``spectral_centroid``
or ``genre/blues``; a track by its id (see ``earmark.audio.essence``).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


# --- what was heard ---------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Mono samples in -1 to 1 at a known rate."""

    samples: NDArray[np.float32]
    rate: int

    @property
    def seconds(self) -> float:
        """Duration in seconds.

        >>> Clip(np.zeros(22050, np.float32), 22050).seconds
        1.0
        """
        return len(self.samples) / self.rate


@dataclass(frozen=True, slots=True)
class Observation:
    """One measured value of one feature over one stretch of a track.

    ``value`` is None where the feature has no meaning for this sound (the tempo of
    a drone); ``missing`` then says why. ``procedure`` names the definition that was
    followed, as ``notation/version``.
    """

    feature: str
    value: float | None
    start: float
    end: float
    procedure: str
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """What a feature returns in place of a number that has no meaning here."""

    reason: str


@dataclass(frozen=True, slots=True)
class Heard:
    """All that one listening to one recording gave.

    ``features_version`` names the set of procedures that listened.
    """

    track: str
    seconds: float
    features_version: str
    observations: tuple[Observation, ...]


# --- what is meant ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Concept:
    """A SKOS concept: what a feature or tag means, in a listener's words.

    ``high`` and ``low`` complete the sentences "High values mean ..." and "Low values
    mean ..."; a tag has neither. ``broader`` is the notation of the parent.
    """

    notation: str
    label: str
    definition: str
    high: str = ""
    low: str = ""
    broader: str = ""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Features whose meanings are close, weighed together by the model."""

    notation: str
    label: str
    features: tuple[str, ...]


# --- what is learnt from ----------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Tracks by features, with their tags: what a model learns from.

    ``values`` is tracks x features with NaN where unknown, held to nine significant
    digits like the observations in the graph; ``labels`` is tracks x tags. In a
    ``multiclass`` table each track has one tag. An empty artist is unknown.
    ``splits`` holds train, valid, test or excluded.
    """

    name: str
    tracks: tuple[str, ...]
    features: tuple[str, ...]
    values: Array
    tags: tuple[str, ...]
    labels: NDArray[np.bool_]
    multiclass: bool
    artists: tuple[str, ...]
    splits: tuple[str, ...]
    procedures: Mapping[str, str] = field(default_factory=dict)
    licence: str = ""
    source: str = ""

    def rows(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> "Table":
        """The same table with only the rows that a mask or index keeps."""
        index = np.arange(len(self.tracks))[keep]
        return self._with(
            tracks=tuple(self.tracks[i] for i in index),
            values=self.values[index],
            labels=self.labels[index],
            artists=tuple(self.artists[i] for i in index),
            splits=tuple(self.splits[i] for i in index),
        )

    def only(self, features: tuple[str, ...]) -> "Table":
        """The same table with only these features, in this order."""
        index = [self.features.index(feature) for feature in features]
        return self._with(
            features=features,
            values=self.values[:, index],
            procedures={f: p for f, p in self.procedures.items() if f in features},
        )

    def split(self, *names: str) -> "Table":
        """The rows whose split is one of the names."""
        return self.rows(np.isin(np.array(self.splits), names))

    def _with(self, **changes: Any) -> "Table":
        kept = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return Table(**(kept | changes))


# --- what is concluded ------------------------------------------------------


class Decision(StrEnum):
    """Whether a tag is given to a track."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ABSTAINED = "abstained"


class Chain(StrEnum):
    """How much of the reasoning is kept in the graph."""

    FULL = "full"
    SCORE_ONLY = "scoreOnly"


@dataclass(frozen=True, slots=True)
class Share:
    """What one feature adds to a contribution, in log-odds.

    ``value`` is what was measured, None where it was unknown: the share is then
    exactly 0 and ``imputed`` is true. ``percentile`` ranks the value among those the
    model was trained on.
    """

    feature: str
    value: float | None
    share: float
    percentile: float | None

    @property
    def imputed(self) -> bool:
        """Whether the training mean stood in for a value that was not known."""
        return self.value is None


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one cluster adds to the log-odds of a tag: the sum of its shares."""

    cluster: str
    contribution: float
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class TagScore:
    """One model's judgement of one tag for one track.

    ``log_odds`` is ``base_rate`` plus all contributions, exactly: every addend is
    rounded to six decimals before it is summed. ``low`` and ``high`` bound a 90 %
    interval of the log-odds. The tag is accepted when ``log_odds >= threshold``;
    in a multiclass model the threshold is the best score among the other tags.
    """

    tag: str
    log_odds: float
    probability: float
    low: float
    high: float
    threshold: float
    decision: Decision
    base_rate: float
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """All that the graph needs to know of a model; made by ``earmark.model``.

    ``weights`` gives per cluster and tag the standard deviation of its contribution
    over the training tracks, in log-odds. ``percentiles`` gives per feature 101
    values of the training tracks.
    """

    name: str
    digest: str
    multiclass: bool
    clusters: tuple[Cluster, ...]
    tags: tuple[str, ...]
    procedures: Mapping[str, str]
    weights: Mapping[tuple[str, str], float]
    percentiles: Mapping[str, tuple[float, ...]]
    trained_on: str
    licence: str

    @property
    def id(self) -> str:
        """Name and the first eight digits of the digest."""
        return f"{self.name}-{self.digest[:8]}"


@dataclass(frozen=True, slots=True)
class Run:
    """A configuration that tags: the same configuration is the same run."""

    code: str
    features: str
    model: str
    ontology: str

    @property
    def id(self) -> str:
        """Twelve hex digits of the SHA-256 of the configuration.

        >>> Run("0.1.0", "f1", "genres-00000000", "0.1.0").id
        'b466d4af8279'
        """
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


# --- why, as read back from the graph ---------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a track, in seconds from its start."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence: a percept, what it means, and where it is heard.

    ``missing`` says why a value was not known, where it was not.
    """

    feature: str
    label: str
    definition: str
    high: str
    low: str
    unit: str
    value: float | None
    percentile: float | None
    share: float
    spans: tuple[Span, ...]
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Strand:
    """One cluster's part in a reasoning path, strongest reason first.

    ``remainder`` is the sum of the shares of evidence that was not kept.
    """

    cluster: str
    label: str
    contribution: float
    reasons: tuple[Reason, ...]
    remainder: float


@dataclass(frozen=True, slots=True)
class ReasoningPath:
    """Why a track has or has not a tag, strongest strand first.

    ``track_iri`` and ``tag_iri`` are what to ask the graph by to see the same again.
    Where only the score is told, ``not_rebuilt`` may say why its reasons could not be
    made again.
    """

    track: str
    tag: str
    label: str
    log_odds: float
    probability: float
    low: float
    high: float
    threshold: float
    decision: Decision
    chain: Chain
    base_rate: float
    strands: tuple[Strand, ...]
    run: str
    model: str
    track_iri: str = ""
    tag_iri: str = ""
    not_rebuilt: str = ""
