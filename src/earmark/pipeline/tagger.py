"""Tags music into a store: listens, scores, writes triples, and can say why."""

import logging
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Self

from earmark import audio, percepts
from earmark.errors import EarmarkError, StoreError
from earmark.graph import Store, build, check, rules, tables
from earmark.model import TagModel
from earmark.types import Decision, Heard, Run, TagScore
from earmark.version import __version__
from earmark.vocab import VERSION as ONTOLOGY_VERSION

from . import dataset as datasets
from .extract import Extraction, audio_files, extract_all
from .models import DEFAULT, open_model
from .place import store_folder
from .reasons import Reasons
from .scoring import scores as scored
from .train import concepts

log = logging.getLogger(__name__)

# Tracks between flushes: a flush is what outlives a power failure, and costs far more
# than writing one track.
_BATCH = 64


@dataclass(frozen=True, slots=True)
class Judgement:
    """One tag of one track; attributes are those of its score."""

    score: TagScore
    track: str
    reasons: Reasons

    @property
    def probability(self) -> float:
        """How likely the tag applies, 0 to 1."""
        return self.score.probability

    @property
    def accepted(self) -> bool:
        """Whether the tag is given to the track."""
        return self.score.decision is Decision.ACCEPTED

    def why(self) -> str:
        """The reasons in words, read from the graph."""
        return self.reasons.text(self.track, self.score.tag)


@dataclass(frozen=True, slots=True)
class Tagged:
    """One track with the scores of all tags, or the error that prevented them."""

    path: Path
    track: str | None
    seconds: float | None
    scores: tuple[TagScore, ...]
    error: EarmarkError | None
    reasons: Reasons

    @property
    def name(self) -> str:
        """What a person calls it: the file's name, or the row's."""
        return self.path.name

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags given to the track, surest first."""
        given = [score for score in self.scores if score.decision is Decision.ACCEPTED]
        return tuple(score.tag for score in sorted(given, key=lambda score: -score.log_odds))

    def __getitem__(self, tag: str) -> Judgement:
        for score in self.scores:
            if score.tag == tag and self.track is not None:
                return Judgement(score, self.track, self.reasons)
        known = ", ".join(score.tag for score in self.scores) or "none"
        raise KeyError(f"no tag {tag!r} for {self.name}: there are {known}")


class Tagger:
    """A model and a store that it writes to; use it as a context, or close it.

    Examples
    --------
    >>> from earmark import Tagger
    >>> from earmark.resources import shipped
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Tagger.open(folder) as tagger:
    ...     tagged = tagger.tag(shipped("data", "example", "swing.flac"))
    ...     tagged["genre/metal"].accepted
    False
    """

    def __init__(self, store: Store, model: TagModel) -> None:
        self.store = store
        self.model = model
        self._described = model.description()
        self.reasons = Reasons(store, model=model)
        # What each run has tagged since its execution began.
        self._tagged: dict[Run, list[str]] = {}
        store.replace(build.model(store.names, self._described, concepts()))

    @classmethod
    def open(
        cls, store: Path | str | None = None, *, model: str = DEFAULT, base: str | None = None
    ) -> Self:
        """A tagger that writes to the store in a folder, which is made if need be."""
        learnt = open_model(model)
        return cls(Store.open(store_folder(store), write=True, base=base), learnt)

    def close(self) -> None:
        """Bring everything to disk and let another process write."""
        self.store.flush()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def tag(self, path: Path | str) -> Tagged:
        """One file tagged; raises what `tag_all` would only report."""
        (tagged,) = self.tag_all([Path(path)])
        if tagged.error is not None:
            raise tagged.error
        return tagged

    def tag_all(
        self, inputs: Iterable[Path | Extraction], *, resume: bool = False, workers: int = 1
    ) -> Iterator[Tagged]:
        """Each input tagged and written, in order; a bad file is reported and left out.

        With ``resume`` the inputs that this configuration has tagged before are skipped.
        """
        todo = [one for one in inputs if not (resume and self._has(one))]
        ready = [one for one in todo if isinstance(one, Extraction)]
        files = [one for one in todo if isinstance(one, Path)]
        started = datetime.now(UTC)
        try:
            heard = chain(extract_all(files, workers=workers), ready)
            for count, extraction in enumerate(heard, start=1):
                yield self._tag(extraction)
                if count % _BATCH == 0:
                    self.store.flush()
        finally:
            self._record(started)
            self.store.flush()

    def inputs(self, paths: Sequence[Path]) -> list[Path | Extraction]:
        """Audio files and rows of datasets behind paths, folders opened up."""
        folders = [path for path in paths if datasets.is_dataset(path)]
        files = audio_files(path for path in paths if path not in folders)
        return [*files, *chain.from_iterable(map(self._rows, folders))]

    def _rows(self, folder: Path) -> Iterator[Extraction]:
        """The rows of a dataset as if they had just been heard; what it says is kept."""
        table = datasets.read(folder)
        self.store.replace(build.dataset(self.store.names, table, concepts()))
        for heard in tables.heard(table):
            yield Extraction(folder / heard.track.rpartition("/")[2], heard=heard)

    def _run(self, features_version: str) -> Run:
        return Run(
            code=__version__,
            features=features_version,
            model=self._described.id,
            ontology=ONTOLOGY_VERSION,
        )

    def _has(self, one: Path | Extraction) -> bool:
        """Whether this configuration has tagged an input already."""
        try:
            if isinstance(one, Path):
                track, version = audio.track_id(one), percepts.features_version()
            elif one.heard is not None:
                track, version = one.heard.track, one.heard.features_version
        except EarmarkError:
            return False
        return self.store.holds(self.store.names.tags_graph(track, self._run(version).id))

    def _tag(self, extraction: Extraction) -> Tagged:
        heard, error = extraction.heard, extraction.error
        if heard is not None:
            try:
                scores = scored(self.model, heard)
                self._write(extraction.path, heard, scores)
                # A row of a dataset does not say how long its track is.
                seconds = None if math.isnan(heard.seconds) else heard.seconds
                return Tagged(extraction.path, heard.track, seconds, scores, None, self.reasons)
            except EarmarkError as refused:
                error = refused
        return self._failed(extraction.path, error)

    def _failed(self, path: Path, error: EarmarkError | None) -> Tagged:
        # A store that cannot be written cannot be told so.
        if error is not None and not isinstance(error, StoreError):
            now = datetime.now(UTC)
            self.store.replace(build.failure(self.store.names, str(path), error, when=now))
        return Tagged(path, None, None, (), error, self.reasons)

    def _write(self, path: Path, heard: Heard, scores: tuple[TagScore, ...]) -> None:
        run, names = self._run(heard.features_version), self.store.names
        graphs = build.track(names, heard) | build.tags(names, heard, scores, run)
        graphs |= rules.conclude(self.store, heard.track, graphs)
        check.accept(graphs | build.run(names, run), self.store)
        # First, so that whenever the program is killed no tag is without its run.
        self.store.extend(build.run(names, run))
        # What went wrong with this file before is forgotten in the same update.
        self.store.replace({**graphs, names.failure_graph(str(path)): ()})
        self.store.extend(build.file(names, heard.track, str(path)))
        self._tagged.setdefault(run, []).append(heard.track)

    def _record(self, started: datetime) -> None:
        """That the runs were carried out, from when to when and on what."""
        ended, names = datetime.now(UTC), self.store.names
        for run, tracks in self._tagged.items():
            done = build.execution(names, run, tracks, started=started, ended=ended)
            self.store.extend(done)
        self._tagged.clear()
