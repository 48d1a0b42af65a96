"""Tells a reasoning path as plain text: the verdict, the reasons, and their sum."""

import textwrap
from collections.abc import Iterator

from earmark.types import Chain, ReasoningPath, Strand

from . import sentences
from .words import signed

_WIDTH = 92


def text(path: ReasoningPath) -> str:
    """Why the track has or has not the tag, for a person to read.

    The last line is the sum of the reasons with all the digits that are kept, so that
    anybody can check it.
    """
    lines = [sentences.verdict(path), _wrapped(sentences.standing(path)), ""]
    if path.chain is Chain.SCORE_ONLY:
        return "\n".join([*lines, _wrapped(sentences.score_only(path))])
    lines.append(sentences.starting(path))
    for heading, strands in sentences.sides(path):
        lines += ["", f"{heading}:", *(line for strand in strands for line in _strand(strand))]
    if not_known := [sentences.sentence(reason) for reason in sentences.unknown(path)]:
        lines += [
            "",
            "What is not known:",
            *(_wrapped(said, indent=2, hang=0) for said in not_known),
        ]
    return "\n".join([*lines, "", f"Sum: {sentences.total(path)}"])


def _strand(strand: Strand) -> Iterator[str]:
    yield f"  {signed(strand.contribution)}  {strand.label}"
    for reason in sentences.listed(strand):
        yield _addend(reason.share, sentences.sentence(reason))
    if strand.remainder:
        yield _addend(strand.remainder, sentences.REMAINDER)


def _addend(share: float, said: str) -> str:
    number = f"{signed(share)}  "
    return _wrapped(number + said, indent=6, hang=len(number))


def _wrapped(said: str, *, indent: int = 0, hang: int = 0) -> str:
    """A sentence in lines of one width, the later ones set in further by the hang."""
    return textwrap.fill(
        said,
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_long_words=False,
        break_on_hyphens=False,
    )
