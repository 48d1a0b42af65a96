"""What can go wrong, each as a sentence that says what, where and what to do."""


class EarmarkError(Exception):
    """Anything that Earmark refuses; ``code`` is stable and can be searched for."""

    code = "E-EARMARK"


class AudioError(EarmarkError):
    """A sound that cannot be listened to."""

    code = "E-AUDIO"


class UnreadableAudio(AudioError):
    """A file that is not there, not a regular file, or not decodable as audio."""

    code = "E-AUDIO-UNREADABLE"


class TruncatedAudio(AudioError):
    """A file that ends before its header says it does."""

    code = "E-AUDIO-TRUNCATED"


class AudioOverLimits(AudioError):
    """A file whose length, channels or sample rate are outside what is accepted."""

    code = "E-AUDIO-LIMITS"


class NoSound(AudioError):
    """A file without evidence: no frames, too short to hear, or digital silence."""

    code = "E-AUDIO-NO-SOUND"


class NotFiniteAudio(AudioError):
    """Samples that are NaN or infinite."""

    code = "E-AUDIO-NOT-FINITE"


class VocabularyError(EarmarkError):
    """A term that the ontology does not define."""

    code = "E-VOCABULARY"


class FeatureError(EarmarkError):
    """A feature that is declared wrongly or measured something impossible."""

    code = "E-FEATURE"


class GraphError(EarmarkError):
    """Triples that break a shape or an audit."""

    code = "E-GRAPH"


class StoreError(EarmarkError):
    """A store that cannot be opened, read or written."""

    code = "E-STORE"


class QueryError(EarmarkError):
    """A query that is not known, not well formed, or bound to the wrong names."""

    code = "E-QUERY"


class DatasetError(EarmarkError):
    """A dataset folder that does not say what it must."""

    code = "E-DATASET"


class ModelError(EarmarkError):
    """A model that cannot be trained, loaded or applied to these values."""

    code = "E-MODEL"


class MeaningError(EarmarkError):
    """A meaning that cannot be embedded here."""

    code = "E-MEANING"
