"""How the sound is spread over low and high frequencies, and how that moves."""

from earmark.percepts import Hearing, feature

_TOP = 11025.0


@feature(unit="unit:UNITLESS", bounds=(0.0, 1.0), aggregate="mean", label="noisiness")
def zero_crossing_rate(hearing: Hearing) -> float:
    """How rough and noisy the sound is at its surface.

    High values mean a noisy, sharp sound, such as hiss, cymbals or distortion.
    Low values mean a smooth, round sound.

    How often the wave changes sign [1]_, per sample at 44.1 kHz: a steady tone of f Hz
    gives f / 22050.

    References
    ----------
    .. [1] G. Peeters, "A large set of audio features for sound description
       (similarity and classification) in the CUIDADO project", IRCAM, 2004.
    """
    return hearing.frames.mean("crossings")


@feature(unit="unit:HZ", bounds=(0.0, _TOP), aggregate="mean")
def spectral_centroid(hearing: Hearing) -> float:
    """How bright the sound is: where its balance lies between bass and treble.

    High values mean a bright, sharp sound.
    Low values mean a dull, deep sound.

    The centre of gravity of the power spectrum [1]_ as the ear weighs it, from 0 to
    11,025 Hz. A pure tone's is its frequency, that of white noise about 4 kHz.

    References
    ----------
    .. [1] G. Peeters, "A large set of audio features for sound description
       (similarity and classification) in the CUIDADO project", IRCAM, 2004.
    """
    return hearing.frames.mean("centroid")


@feature(unit="unit:HZ", bounds=(0.0, _TOP), aggregate="mean")
def spectral_rolloff(hearing: Hearing) -> float:
    """How high the bulk of the sound reaches before it thins out.

    High values mean much of the energy sits high, as in crisp, brilliant music.
    Low values mean nearly all of the energy sits low, as in muffled music.

    The frequency below which 85 % of the power lies [1]_.

    References
    ----------
    .. [1] G. Peeters, "A large set of audio features for sound description
       (similarity and classification) in the CUIDADO project", IRCAM, 2004.
    """
    return hearing.frames.mean("rolloff")


@feature(unit="unit:HZ2", bounds=(0.0, (2 * _TOP) ** 2), aggregate="mean")
def spectral_spread(hearing: Hearing) -> float:
    """How wide the sound spreads out between bass and treble.

    High values mean a wide, full or noisy sound with lows and highs together.
    Low values mean a narrow sound made of clear tones.

    The variance of the magnitude spectrum over frequency [1]_, as the ear weighs it.

    References
    ----------
    .. [1] G. Peeters, "A large set of audio features for sound description
       (similarity and classification) in the CUIDADO project", IRCAM, 2004.
    """
    return hearing.frames.mean("spread")


@feature(unit="unit:UNITLESS", bounds=(0.0, float("inf")), aggregate="mean")
def spectral_flux(hearing: Hearing) -> float:
    """How restless the sound is: how much its colour changes at every moment.

    High values mean the sound keeps changing.
    Low values mean the sound holds still.

    The distance between the magnitude spectra of neighbouring frames, 23 ms apart
    [1]_, after the clip was brought to a common level: the volume changes nothing.

    References
    ----------
    .. [1] G. Tzanetakis, P. Cook, "Multifeature audio segmentation for browsing and
       annotation", IEEE WASPAA, 1999.
    """
    return hearing.levels.gain * hearing.frames.mean("flux")


@feature(unit="unit:BIT", bounds=(0.0, 9.01), aggregate="mean")
def spectral_entropy(hearing: Hearing) -> float:
    """How many different frequencies sound together, without any standing out.

    High values mean a dense sound with something at every frequency, as in noise.
    Low values mean few, distinct tones.

    Shannon's entropy of the magnitude spectrum [1]_ as the ear weighs it: 0 bits for
    all energy in one of 513 bins, 9 bits for the same in each.

    References
    ----------
    .. [1] H. Misra, S. Ikbal, H. Bourlard, H. Hermansky, "Spectral entropy based
       feature for robust ASR", IEEE ICASSP, 2004.
    """
    return hearing.frames.mean("entropy")
