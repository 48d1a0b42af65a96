"""The one sentence form in which every concept's meaning is embedded."""

from earmark.types import Concept


def sentence(concept: Concept) -> str:
    """What a concept means, from its label to both ends of its scale.

    All concepts share this form, so that vectors differ by meaning and not by
    phrasing; a concept without ends, such as a tag, simply stops earlier.

    Examples
    --------
    >>> print(sentence(Concept("tempo", "tempo", "The speed of the beat.", "fast", "slow")))
    Tempo. The speed of the beat. High values mean fast. Low values mean slow.
    >>> print(sentence(Concept("genre/blues", "blues", "Twelve bars and bent notes")))
    Blues. Twelve bars and bent notes.
    """
    parts = [concept.label[:1].upper() + concept.label[1:], concept.definition]
    if concept.high:
        parts.append(f"High values mean {concept.high}")
    if concept.low:
        parts.append(f"Low values mean {concept.low}")
    return " ".join(f"{part.strip().rstrip('.')}." for part in parts)
