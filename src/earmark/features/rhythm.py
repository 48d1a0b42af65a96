"""How fast the music goes, and how many notes it has."""

from earmark.percepts import Hearing, feature
from earmark.types import Missing

# Three intervals are needed to hear that they are alike.
_FEWEST = 4


@feature(unit="unit:PER-SEC", bounds=(0.0, 50.0), aggregate="rate")
def onset_rate(hearing: Hearing) -> float:
    """How many notes, chords and drum strokes begin in each second.

    High values mean busy music with many notes.
    Low values mean calm music with few, long notes.

    Onsets are found where high-frequency content and departure from steady tones rise
    above their recent median [1]_.

    References
    ----------
    .. [1] J. P. Bello et al., "A tutorial on onset detection in music signals", IEEE
       Transactions on Speech and Audio Processing 13(5), 2005.
    """
    return len(hearing.onsets) / hearing.clip.seconds


@feature(unit="unit:BEAT-PER-MIN", bounds=(30.0, 250.0), aggregate="global")
def tempo(hearing: Hearing) -> float | Missing:
    """How fast the beat goes that one would tap a foot to.

    High values mean fast music.
    Low values mean slow music.

    The tempo that most beats have, between 40 and 208 a minute, where listeners'
    preference for about 120 decides between a tempo, its half and its double [1]_.

    References
    ----------
    .. [1] M. E. P. Davies, M. D. Plumbley, "Context-dependent beat tracking of musical
       audio", IEEE Transactions on Audio, Speech, and Language Processing 15(3), 2007.
    """
    if len(hearing.onsets) < _FEWEST or hearing.tempo is None:
        return Missing("too few notes begin to make a beat")
    return hearing.tempo
