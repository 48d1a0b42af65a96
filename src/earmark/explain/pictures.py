"""Draws scores and contributions as small SVG pictures, beside tables that hold the numbers.

A picture is 100 units wide and stretches with its table cell; lines keep their width.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from earmark.types import ReasoningPath

from .markup import Child, Markup, element

_HEIGHT = 16
_MIDDLE = _HEIGHT / 2


@dataclass(frozen=True, slots=True)
class Scale:
    """A stretch of log-odds that a picture is as wide as."""

    least: float
    most: float

    @classmethod
    def around(cls, values: Sequence[float]) -> "Scale":
        """The scale that holds all the values and nought, with a little room.

        >>> round(Scale.around([1.0, 3.0]).at(0.0), 6)
        4.0
        """
        least, most = min([0.0, *values]), max([0.0, *values])
        room = 0.04 / 0.92 * (most - least or 1.0)
        return cls(least - room, most + room)

    def at(self, value: float) -> float:
        """How far to the right a value lies, from 0 to 100."""
        return 100 * (value - self.least) / (self.most - self.least)


def score(path: ReasoningPath, scale: Scale) -> Markup:
    """A score as a dot on its interval, with a tick where the threshold lies."""
    return _picture(
        _upright(scale.at(0.0), "zero"),
        _level(scale.at(path.low), scale.at(path.high), "interval"),
        _upright(scale.at(path.threshold), "threshold"),
        # A line without length and with round ends is a dot that does not stretch.
        _level(scale.at(path.log_odds), scale.at(path.log_odds), f"dot {path.decision.value}"),
    )


def step(start: float, end: float, scale: Scale, *, kind: str = "") -> Markup:
    """One step of a waterfall, from where the sum stood to where it stands."""
    left, right = sorted((scale.at(start), scale.at(end)))
    bar = element(
        "rect",
        x=left,
        y=3,
        width=max(right - left, 0.4),
        height=_HEIGHT - 6,
        class_=kind or ("for" if end >= start else "against"),
    )
    return _picture(_upright(scale.at(0.0), "zero"), bar)


def ranked(percentile: float) -> Markup:
    """Where a value stands between the lowest and the highest training track."""
    place = 2 + 96 * min(max(percentile, 0.0), 1.0)
    return _picture(_level(2, 98, "track"), _level(place, place, "dot"))


def _picture(*drawn: Child) -> Markup:
    return element(
        "svg",
        *drawn,
        viewBox=f"0 0 100 {_HEIGHT}",
        preserveAspectRatio="none",
        aria_hidden="true",
        focusable="false",
    )


def _level(x1: float, x2: float, kind: str) -> Markup:
    return element("line", x1=x1, x2=x2, y1=_MIDDLE, y2=_MIDDLE, class_=kind)


def _upright(x: float, kind: str) -> Markup:
    return element("line", x1=x, x2=x, y1=1, y2=_HEIGHT - 1, class_=kind)
