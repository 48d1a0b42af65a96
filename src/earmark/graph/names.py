"""The IRIs of all data, made from what they name and from nothing else.

Naming twice gives the same IRI, so writing twice adds nothing. Every part of an IRI
that comes from outside is percent-encoded.
"""

import hashlib
import math
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote

from earmark.vocab import VERSION, VOC, Scheme, concept_iri, knows

from .numbers import scored

DEFAULT_BASE = "https://w3id.org/earmark/id/"

#: What a named graph may hold: the first part of its path after ``graph/``.
GRAPH_KINDS = (
    "recording",
    "track",
    "tags",
    "model",
    "statements",
    "concept",
    "ontology",
    "runs",
    "links",
    "implied",
    "imported",
    "files",
)

_SINGULAR: dict[Scheme, str] = {
    "families": "family",
    "features": "feature",
    "functions": "function",
    "keys": "key",
    "progressions": "progression",
    "qualities": "quality",
    "tags": "tag",
}


def _digest(text: str) -> str:
    """Twenty digits in place of a text that would say too much, such as a path."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:20]


# A track's triples name the same few parts some hundred times.
@lru_cache(4096)
def _part(text: str, safe: str = "") -> str:
    # File systems hand out names that are not UTF-8 as lone surrogates.
    return quote(text, safe=safe, errors="surrogatepass")


@dataclass(frozen=True, slots=True)
class Names:
    """IRIs of data under one base, such as ``https://example.org/id/``.

    >>> Names("https://example.org/").assertion("6f2a", "91c0", "genre/rock")
    'https://example.org/track/6f2a/run/91c0/genre/rock'
    """

    base: str = DEFAULT_BASE

    # --- what is heard ---

    def track(self, track: str) -> str:
        """A recording by its id; a row of a dataset is ``{dataset}/{track}``.

        >>> Names("").track("gtzan/rock 1/2")
        'track/gtzan/rock%201%2F2'
        """
        home, slash, rest = track.partition("/")
        return f"{self.base}track/{_part(home)}{slash}{_part(rest)}"

    def track_id(self, iri: str) -> str:
        """The id of the recording with that IRI.

        >>> Names("").track_id("track/gtzan/rock%201%2F2")
        'gtzan/rock 1/2'
        """
        return unquote(iri.removeprefix(f"{self.base}track/"), errors="surrogatepass")

    def segment(self, owner: str, start: float, end: float) -> str:
        """A stretch of a recording; ``end`` is NaN where its length is unknown."""
        until = "end" if math.isnan(end) else scored(end)
        return f"{owner}/segment/{scored(start)}-{until}"

    def listening(self, track: str, features_version: str) -> str:
        """What all that one listening to a recording says is named below."""
        return f"{self.track(track)}/{_part(features_version)}"

    def observation(self, track: str, features_version: str, feature: str) -> str:
        """The measured value of one feature."""
        return f"{self.listening(track, features_version)}/{_part(feature)}"

    def procedure(self, procedure: str) -> str:
        """A way to measure: registered as ``notation/version``, or a dataset's own."""
        notation, slash, version = procedure.rpartition("/")
        if slash and version.isdigit() and knows("features", notation):
            return f"{VOC}procedures/{procedure}"
        return f"{self.base}procedure/{_part(procedure, ':/')}"

    def procedure_of(self, iri: str) -> str:
        """The procedure that has that IRI."""
        text = iri.removeprefix(f"{VOC}procedures/").removeprefix(f"{self.base}procedure/")
        return unquote(text, errors="surrogatepass")

    # --- what is concluded ---

    def assertion(self, track: str, run: str, tag: str) -> str:
        """What one run says about one tag of a recording."""
        return f"{self.track(track)}/run/{_part(run)}/{_part(tag, '/')}"

    def base_rate(self, assertion: str) -> str:
        """The contribution that is there before anything is heard."""
        return f"{assertion}/base-rate"

    def contribution(self, assertion: str, cluster: str) -> str:
        """The contribution of one cluster."""
        return f"{assertion}/because/{_part(cluster)}"

    def evidence(self, assertion: str, cluster: str, feature: str) -> str:
        """One feature's part in a contribution."""
        return f"{self.contribution(assertion, cluster)}/{_part(feature)}"

    def remainder(self, assertion: str, cluster: str) -> str:
        """The part of a contribution that was not kept feature by feature."""
        return f"{assertion}/remainder/{_part(cluster)}"

    def unheard(self, track: str, run: str, feature: str) -> str:
        """The observation, without a value, of a feature that a listening left out."""
        return f"{self.track(track)}/unheard/{_part(run)}/{_part(feature)}"

    # --- what is learnt ---

    def concept(self, scheme: Scheme, notation: str) -> str:
        """A concept: of the shipped vocabulary, or else the user's own.

        >>> Names("https://example.org/").concept("tags", "mood/unheard of")
        'https://example.org/tag/mood/unheard%20of'
        """
        if knows(scheme, notation):
            return concept_iri(scheme, notation)
        return f"{self.base}{_SINGULAR[scheme]}/{_part(notation, '/')}"

    def model(self, model: str) -> str:
        """A model by its id, name and digest."""
        return f"{self.base}model/{_part(model)}"

    def clusters(self, model: str) -> str:
        """The scheme of all clusters of a model."""
        return f"{self.model(model)}/cluster"

    def cluster(self, model: str, cluster: str) -> str:
        """A cluster of features in a model."""
        return f"{self.clusters(model)}/{_part(cluster)}"

    def weight(self, model: str, cluster: str, tag: str) -> str:
        """How much a cluster weighs for a tag in a model."""
        return f"{self.model(model)}/weight/{_part(cluster)}/{_part(tag, '/')}"

    def scale(self, model: str, feature: str) -> str:
        """How a model's training values of a feature are spread."""
        return f"{self.model(model)}/scale/{_part(feature)}"

    # --- who did it ---

    def run(self, run: str) -> str:
        """A way to tag."""
        return f"{self.base}run/{_part(run)}"

    def execution(self, run: str, started: str) -> str:
        """One time that a run was carried out, by its start."""
        return f"{self.run(run)}/execution/{_part(started)}"

    def agent(self, name: str, version: str) -> str:
        """A program in one version."""
        return f"{self.base}agent/{_part(name)}/{_part(version)}"

    def failure(self, path: str) -> str:
        """That a file could not be tagged."""
        return f"{self.base}failure/{_digest(path)}"

    # --- what a dataset says ---

    def dataset(self, dataset: str) -> str:
        """A dataset by its name."""
        return f"{self.base}dataset/{_part(dataset)}"

    def row(self, dataset: str, track: str) -> str:
        """A recording's place in a dataset."""
        return f"{self.dataset(dataset)}/row/{_part(track)}"

    def column(self, dataset: str, scheme: Scheme, notation: str) -> str:
        """A feature or tag that a dataset knows."""
        return f"{self.dataset(dataset)}/{_SINGULAR[scheme]}/{_part(notation, '/')}"

    def statement(self, dataset: str, track: str, tag: str) -> str:
        """That a dataset gives a tag to a track."""
        return f"{self.dataset(dataset)}/statement/{_part(track)}/{_part(tag, '/')}"

    # --- named graphs ---

    def graph(self, *parts: str) -> str:
        """A named graph by its path, such as ``graph/track/{features-version}/{id}``."""
        return f"{self.base}graph/{'/'.join(parts)}"

    def recording_graph(self, track: str) -> str:
        """The graph of what is true of a recording whoever listens."""
        return self.graph("recording", self._below("track", track))

    def percepts_graph(self, track: str, features_version: str) -> str:
        """The graph of what one set of procedures heard in a recording."""
        return self.graph("track", _part(features_version), self._below("track", track))

    def tags_graph(self, track: str, run: str) -> str:
        """The graph of what one run concludes about a recording."""
        return self.graph("tags", _part(run), self._below("track", track))

    def model_graph(self, model: str) -> str:
        """The graph of a model."""
        return self.graph("model", _part(model))

    def statements_graph(self, dataset: str) -> str:
        """The graph of what a dataset says."""
        return self.graph("statements", _part(dataset))

    def concept_graph(self, scheme: Scheme, notation: str) -> str:
        """The graph of a concept that the shipped vocabulary does not know."""
        return self.graph("concept", _SINGULAR[scheme], _part(notation, "/"))

    def implied_graph(self, track: str) -> str:
        """The graph of what rules derive of a recording as it is tagged now."""
        return self.graph("implied", self._below("track", track))

    def imported_graph(self, digest: str) -> str:
        """The graph of triples that came without one, by their digest."""
        return self.graph("imported", digest)

    def kind(self, graph: str) -> str | None:
        """What a named graph holds, one of `GRAPH_KINDS`; None where it is none of them.

        >>> Names("https://e/").kind("https://e/graph/track/5d0c1e2f/6f2a")
        'track'
        """
        if not graph.startswith(f"{self.base}graph/"):
            return None
        kind = graph.removeprefix(f"{self.base}graph/").partition("/")[0]
        return kind if kind in GRAPH_KINDS else None

    @property
    def ontology_graph(self) -> str:
        """The graph of the shipped ontology in its present version."""
        return self.graph("ontology", VERSION)

    @property
    def runs_graph(self) -> str:
        """The graph of all runs, and of when they were carried out."""
        return self.graph("runs")

    @property
    def files_graph(self) -> str:
        """The graph of paths, which is never exported."""
        return self.graph("files")

    def failure_graph(self, path: str) -> str:
        """The graph that says why a file could not be tagged, never exported either."""
        return f"{self.files_graph}/{_digest(path)}"

    def is_private(self, graph: str) -> bool:
        """Whether a graph speaks of files, so that it is never exported.

        >>> names = Names()
        >>> names.is_private(names.files_graph), names.is_private(names.failure_graph("a.wav"))
        (True, True)
        >>> names.is_private(names.runs_graph)
        False
        """
        return graph == self.files_graph or graph.startswith(f"{self.files_graph}/")

    def _below(self, kind: str, name: str) -> str:
        return self.track(name).removeprefix(f"{self.base}{kind}/")
