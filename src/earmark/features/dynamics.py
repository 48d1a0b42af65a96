"""How loud the sound is, and how its volume moves."""

import numpy as np

from earmark.percepts import Hearing, feature

# Mean loudness in decibels below the loudest stretch that stands for 0.12 and 0.88.
_MOSTLY_QUIET = -5.0
_MOSTLY_LOUD = -2.0

# A moment counts the less for the level of the whole, the softer it is: by a tenth
# for each decibel.
_SOFTER = 0.9


@feature(unit="unit:UNITLESS", bounds=(0.0, 1.0), aggregate="global")
def loudness(hearing: Hearing) -> float:
    """How loud the music stays, next to its own loudest moments.

    High values mean the music is loud nearly all the time.
    Low values mean it is mostly quiet, with a few loud moments.

    The mean loudness [1]_ of stretches of 2 s relative to the loudest, in decibels,
    squeezed into 0 to 1: -3.5 dB give 0.5. Turning the volume changes nothing.

    References
    ----------
    .. [1] S. S. Stevens, "On the psychophysical law", Psychological Review 64(3), 1957.
    """
    decibels = 10 * np.log10(hearing.levels.felt.mean())
    place = (decibels - _MOSTLY_QUIET) / (_MOSTLY_LOUD - _MOSTLY_QUIET)
    return 0.5 + 0.5 * float(np.tanh(2 * place - 1))


@feature(unit="unit:DeciB", bounds=(0.0, 100.0), aggregate="global")
def dynamic_complexity(hearing: Hearing) -> float:
    """How much the volume rises and falls in the course of the music.

    High values mean the volume swings between soft and loud.
    Low values mean the volume stays even.

    The mean distance of the momentary level, every 0.2 s, from the level of the whole,
    in which loud moments count more [1]_. Silence before and after is left out.

    References
    ----------
    .. [1] S. Streich, "Music complexity: a multi-faceted description of audio
       content", PhD thesis, Universitat Pompeu Fabra, 2007.
    """
    level = hearing.levels.momentary
    weight = _SOFTER ** (level.max() - level)
    return float(np.abs(level - np.average(level, weights=weight)).mean())
