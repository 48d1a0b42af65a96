"""Reads what a feature means out of its docstring, so that it is said only once."""

import inspect
import re
from dataclasses import dataclass

from earmark.errors import FeatureError

# What a docstring must say, where it is found, and what to write if it is not.
_SAYINGS = (
    (
        "summary",
        r"\A(?!High |Low )(\S[^\n]*?)\.?\n(?:\n|\Z)",
        "begin with a line that says what it is",
    ),
    ("high", r"\bHigh\s+values\s+mean\s+(.+?)\.(?:\s|\Z)", "write 'High values mean ...'"),
    ("low", r"\bLow\s+values\s+mean\s+(.+?)\.(?:\s|\Z)", "write 'Low values mean ...'"),
    ("reference", r"\nReferences\n-+\n(.+?)(?=\n\n[A-Z]\w*\n-+\n|\Z)", "cite in 'References'"),
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a feature is, what its two ends mean, and where it is defined."""

    summary: str
    high: str
    low: str
    reference: str


def meaning(notation: str, docstring: str) -> Meaning:
    """The meaning that a numpydoc docstring gives, each part in one line.

    Raises FeatureError, with what to write, where a part is not there.

    >>> said = meaning(
    ...     "pulse",
    ...     '''How firm the pulse is.
    ...
    ...     High values mean a firm pulse. Low values mean no pulse.
    ...
    ...     References
    ...     ----------
    ...     .. [1] A. Author, "Pulse", 2020.
    ...     ''',
    ... )
    >>> said.summary, said.high, said.reference
    ('How firm the pulse is', 'a firm pulse', 'A. Author, "Pulse", 2020.')
    """
    text = inspect.cleandoc(docstring) + "\n"
    return Meaning(**{name: _part(notation, name, p, r, text) for name, p, r in _SAYINGS})


def _part(notation: str, name: str, pattern: str, remedy: str, text: str) -> str:
    found = re.search(pattern, text, re.DOTALL)
    if not found:
        raise FeatureError(f"feature '{notation}' has no {name}: {remedy}")
    return " ".join(re.sub(r"\.\. \[\d+\] ", "", found[1]).split())
