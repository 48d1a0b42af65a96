"""Refuses queries that would harm the process, before any parser sees them.

The parser recurses: thousands of nested brackets, or of links such as ``||``, ``/`` and
OPTIONAL in a row, end the whole process. So both are counted here, by one pass of a
regular expression, which does not recurse.
"""

import re
from collections.abc import Iterator

from earmark.errors import QueryError

_LARGEST = 64_000
_DEEPEST = 100
# Measured: 3,000 links of one kind in a row may end the process, 1,000 did not.
_MOST_LINKS = 1_000

# In SPARQL an escaped code point stands for the character itself, even for a bracket.
_CODE_POINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|'(?:[^'\\\n\r]|\\.)*'"
    r'|<[^\x00-\x20<>"{}|^`\\]*>'
    r"|\#[^\n\r]*"
    r"|(?P<open>[{(\[])"
    r"|(?P<close>[})\]])"
    r"|(?P<link>[!^/|&*+=-]|(?<![\w?$:@-])(?:OPTIONAL|MINUS|BIND|UNION|FILTER)(?![\w:-]))"
    r"|(?P<dataset>(?<![\w?$:@-])FROM(?![\w:-]))"
    r"|(?P<service>(?<![\w?$:@-])SERVICE(?![\w:-]))",
    re.IGNORECASE | re.DOTALL,
)


def gate(text: str) -> str:
    """The query itself, unless it is too long, too deep or would leave this machine.

    >>> gate("SELECT * { ?s ?p 'SERVICE' }")
    "SELECT * { ?s ?p 'SERVICE' }"
    """
    if len(text) > _LARGEST:
        raise QueryError(f"the query has {len(text)} characters, more than {_LARGEST}: shorten it")
    depth = links = 0
    for kind in _kinds(text):
        depth += (kind == "open") - (kind == "close")
        links += kind == "link"
        if depth > _DEEPEST:
            raise QueryError(f"the query is nested more than {_DEEPEST} deep: flatten it")
        if links > _MOST_LINKS:
            raise QueryError(f"the query links more than {_MOST_LINKS} parts: split it")
        if kind == "service":
            raise QueryError("SERVICE is refused: a query may not reach beyond this store")
    return text


def chooses_graphs(text: str) -> bool:
    """Whether a query says by FROM which graphs it is about.

    >>> chooses_graphs("ASK FROM <http://a/> {}"), chooses_graphs("ASK { ?from ?p 'FROM' }")
    (True, False)
    """
    return "dataset" in _kinds(text)


def _kinds(text: str) -> Iterator[str | None]:
    """What kind of token each is that matters here, in order."""
    for token in _TOKEN.finditer(_CODE_POINT.sub(_character, text)):
        yield token.lastgroup


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    return chr(code) if code < 0x110000 else escape[0]
