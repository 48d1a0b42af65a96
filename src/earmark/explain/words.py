"""Says numbers the way a musician would: scores, values, ranks and times."""

import math

from earmark.types import Span

# How units are read out; a unit not listed here is named as it is written.
_UNITS = {
    "BEAT-PER-MIN": "beats per minute",
    "DeciB": "dB",
    "DEG": "degrees",
    "BIT": "bits",
    "HZ": "Hz",
    "HZ2": "Hz²",
    "KiloHZ": "kHz",
    "MilliSEC": "ms",
    "PER-SEC": "per second",
    "PERCENT": "%",
    "SEC": "seconds",
    "UNITLESS": "",
}

# Between these ranks a value is ordinary: neither what high nor what low means.
ORDINARY = (1 / 3, 2 / 3)


def signed(log_odds: float, digits: int = 2) -> str:
    """A score with its sign, and no sign on nothing.

    >>> signed(0.4949), signed(-2.0), signed(-0.001)
    ('+0.49', '-2.00', '0.00')
    """
    text = f"{log_odds:+.{digits}f}"
    return text if float(text) else text[1:]


def percent(probability: float) -> str:
    """A probability in percent that never claims certainty.

    >>> percent(0.617), percent(0.0042), percent(0.0), percent(0.9999)
    ('62 %', '0.4 %', 'less than 0.1 %', 'more than 99.9 %')
    """
    if probability < 0.001:
        return "less than 0.1 %"
    if probability > 0.999:
        return "more than 99.9 %"
    digits = 0 if 0.01 <= probability <= 0.99 else 1
    return f"{100 * probability:.{digits}f} %"


def number(value: float) -> str:
    """A number with three digits that count, in plain notation.

    >>> number(3120.45), number(5.1372), number(0.000012345), number(0)
    ('3,120', '5.14', '0.0000123', '0')
    """
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{digits}f}"


def measured(value: float, unit: str) -> str:
    """A value with its unit.

    >>> measured(128.4, "unit:BEAT-PER-MIN"), measured(0.62, "unit:UNITLESS")
    ('128 beats per minute', '0.620')
    """
    code = unit.rpartition(":")[2]
    return f"{number(value)} {_UNITS.get(code, code)}".strip()


def rank(percentile: float) -> str:
    """Where a value stands among the tracks that the model learnt from.

    >>> rank(0.937)
    'higher than 93 % of the training tracks'
    >>> rank(0.063)
    'lower than 93 % of the training tracks'
    >>> rank(0.5)
    'in the middle third of the training tracks'
    """
    if percentile >= 1:
        return "as high as in any of the training tracks"
    if percentile <= 0:
        return "as low as in any of the training tracks"
    if ORDINARY[0] <= percentile <= ORDINARY[1]:
        return "in the middle third of the training tracks"
    word, part = ("higher", percentile) if percentile > 0.5 else ("lower", 1 - percentile)
    # Rounding down never claims too much.
    return f"{word} than {math.floor(100 * part)} % of the training tracks"


def clock(seconds: float) -> str:
    """A time in a track as minutes and seconds, with a tenth where it has one.

    >>> clock(0.0), clock(62.5), clock(3600.0)
    ('0:00', '1:02.5', '60:00')
    """
    minutes, tenths = divmod(round(seconds * 10), 600)
    whole, tenth = divmod(tenths, 10)
    return f"{minutes}:{whole:02d}" + (f".{tenth}" if tenth else "")


def heard(spans: tuple[Span, ...]) -> str:
    """Where in the track something is heard.

    >>> heard((Span(0.0, 30.0), Span(62.5, 64.0)))
    '0:00-0:30, 1:02.5-1:04'
    """
    return ", ".join(f"{clock(span.start)}-{clock(span.end)}" for span in spans)


def capitalised(text: str) -> str:
    """The text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]
