"""Renders the example clips: four short pieces of our own, played by fluidsynth.

Run it with ``make examples``; it needs fluidsynth and a General MIDI soundfont
(Debian: fluidsynth, fluid-soundfont-gm). The pieces differ in tempo, brightness,
mode and instruments, so that their tags and reasons differ too. Compositions and
recordings are CC0; FluidR3, the soundfont, is under the MIT licence.
"""

import argparse
import random
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pretty_midi
import soundfile
from pretty_midi import Instrument, Note

HERE = Path(__file__).parent
SOUNDFONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
SECONDS = 24
RATE = 22050
PEAK = 0.8

# General MIDI programs, counted from 0.
PIANO, JAZZ_GUITAR, DISTORTION_GUITAR, UPRIGHT_BASS, PICKED_BASS, SYNTH_BASS = 0, 26, 30, 32, 34, 38
VIOLIN, CELLO, STRINGS, CHOIR, BRASS, CLAVINET = 40, 42, 48, 52, 61, 7
KICK, SNARE, CLOSED_HAT, OPEN_HAT, RIDE, CRASH, PEDAL_HAT, CLAP = 36, 38, 42, 46, 51, 49, 44, 39


class Part:
    """One player: notes are placed by beat and held to the tempo of the piece."""

    def __init__(self, program: int, tempo: float, *, drums: bool = False) -> None:
        self.instrument = Instrument(program, is_drum=drums)
        self._beat = 60 / tempo

    def play(self, pitch: int, beat: float, length: float, loudness: int = 80) -> None:
        """Add a note, in beats from the start."""
        start = beat * self._beat
        self.instrument.notes.append(Note(loudness, pitch, start, start + length * self._beat))

    def chord(self, pitches: list[int], beat: float, length: float, loudness: int = 80) -> None:
        """Add several notes at once."""
        for pitch in pitches:
            self.play(pitch, beat, length, loudness)


def bars(tempo: float, beats: int = 4) -> Iterator[tuple[int, float]]:
    """Number and first beat of every bar that begins within the clip."""
    count = int(SECONDS * tempo / 60 / beats) + 1
    return ((bar, float(bar * beats)) for bar in range(count))


def adagio(rng: random.Random) -> list[Part]:
    """Slow strings in D minor, sustained, without drums."""
    tempo = 52
    strings, cello, violin = (Part(p, tempo) for p in (STRINGS, CELLO, VIOLIN))
    harmony = [[62, 65, 69], [58, 62, 65], [55, 58, 62], [57, 61, 64], [62, 65, 69], [60, 64, 67]]
    melody = [[74, 77], [74, 70], [67, 70], [69, 73], [74, 81], [79, 76]]
    for bar, at in bars(tempo):
        step = bar % len(harmony)
        strings.chord(harmony[step], at, 4.0, 54 + rng.randrange(8))
        cello.play(harmony[step][0] - 24, at, 3.9, 62)
        violin.play(melody[step][0], at, 2.5, 66)
        violin.play(melody[step][1], at + 2.5, 1.4, 60)
    return [strings, cello, violin]


def disco(rng: random.Random) -> list[Part]:
    """A bright dance band in F major at 122, four on the floor."""
    tempo = 122
    drums, bass = Part(0, tempo, drums=True), Part(SYNTH_BASS, tempo)
    clavinet, strings, brass = (Part(p, tempo) for p in (CLAVINET, STRINGS, BRASS))
    roots = [41, 46, 43, 48]
    for bar, at in bars(tempo):
        root = roots[bar % 4]
        third = 3 if root == 43 else 4
        triad = [root + 24, root + 24 + third, root + 31]
        for beat in range(4):
            drums.play(KICK, at + beat, 0.2, 112)
            drums.play(CLOSED_HAT, at + beat, 0.1, 70)
            drums.play(OPEN_HAT, at + beat + 0.5, 0.3, 88)
            bass.play(root, at + beat, 0.4, 100)
            bass.play(root + 12, at + beat + 0.5, 0.35, 92)
            clavinet.chord(triad, at + beat + 0.5, 0.2, 78 + rng.randrange(12))
        for beat in (1, 3):
            drums.chord([SNARE, CLAP], at + beat, 0.2, 104)
        strings.chord([pitch + 12 for pitch in triad], at, 3.8, 72)
        if bar % 2:
            brass.chord([pitch + 12 for pitch in triad], at + 2.5, 0.4, 96)
            brass.chord([pitch + 12 for pitch in triad], at + 3.0, 0.7, 100)
    return [drums, bass, clavinet, strings, brass]


def riff(rng: random.Random) -> list[Part]:
    """Distorted guitars in E minor at 168, with double kick drums."""
    tempo = 168
    drums, bass = Part(0, tempo, drums=True), Part(PICKED_BASS, tempo)
    left, right = Part(DISTORTION_GUITAR, tempo), Part(DISTORTION_GUITAR, tempo)
    roots = [40, 40, 43, 41, 40, 40, 46, 45]
    for bar, at in bars(tempo):
        root = roots[bar % 8]
        for eighth in range(8):
            beat, strong = at + eighth / 2, eighth in (0, 3, 6)
            pitch = root if strong else 40
            for guitar in (left, right):
                guitar.chord([pitch, pitch + 7, pitch + 12], beat, 0.45, 118 if strong else 96)
            bass.play(pitch - 12, beat, 0.45, 112)
            drums.play(KICK, beat, 0.1, 120)
            drums.play(KICK, beat + 0.25, 0.1, 100 + rng.randrange(10))
            if eighth % 2 == 0:
                drums.play(CRASH if eighth == 0 else RIDE, beat, 0.4, 104)
        for beat in (1, 3):
            drums.play(SNARE, at + beat, 0.2, 124)
    return [drums, bass, left, right]


def swing(rng: random.Random) -> list[Part]:
    """A jazz trio in B flat major at 138: walking bass, ii-V-I, swung ride."""
    tempo = 138
    drums, bass = Part(0, tempo, drums=True), Part(UPRIGHT_BASS, tempo)
    piano, guitar = Part(PIANO, tempo), Part(JAZZ_GUITAR, tempo)
    # root, third and seventh above it, as shell voicings
    changes = [(36, 3, 10), (41, 4, 10), (34, 4, 11), (43, 4, 10)]
    scale = [58, 60, 62, 63, 65, 67, 69, 70, 72, 74, 75, 77]
    place = 5
    for bar, at in bars(tempo):
        root, third, seventh = changes[bar % 4]
        following = changes[(bar + 1) % 4][0]
        for beat, pitch in enumerate(
            [root, root + third, root + 7, following + rng.choice([-1, 1])]
        ):
            bass.play(pitch, at + beat, 0.95, 92)
            drums.play(RIDE, at + beat, 0.5, 74)
        for beat in (1, 3):
            drums.play(PEDAL_HAT, at + beat, 0.2, 70)
            drums.play(RIDE, at + beat + 2 / 3, 0.3, 58)
        shell = [root + 24 + third, root + 12 + seventh, root + 31]
        piano.chord(shell, at + rng.choice([0.0, 2 / 3, 1.0]), 0.8, 66)
        piano.chord(shell, at + 2 + 2 / 3, 0.5, 60)
        for eighth in range(8):
            if rng.random() < 0.3:
                continue
            place = min(max(place + rng.choice([-2, -1, -1, 1, 1, 2]), 0), len(scale) - 1)
            swung = eighth // 2 + (2 / 3 if eighth % 2 else 0)
            guitar.play(scale[place], at + swung, 0.45, 70 + rng.randrange(18))
    return [drums, bass, piano, guitar]


PIECES: dict[str, Callable[[random.Random], list[Part]]] = {
    "adagio": adagio,
    "disco": disco,
    "riff": riff,
    "swing": swing,
}


def render(name: str, soundfont: Path, folder: Path) -> Path:
    """Play one piece and write it as a mono FLAC file."""
    score = pretty_midi.PrettyMIDI()
    # One seed a piece: the same notes every time.
    score.instruments = [part.instrument for part in PIECES[name](random.Random(name))]  # noqa: S311
    with tempfile.TemporaryDirectory() as scratch:
        midi, wav = Path(scratch, "score.mid"), Path(scratch, "played.wav")
        score.write(str(midi))
        command = ["fluidsynth", "-ni", "-g", "0.5", "-r", str(RATE), "-F", str(wav)]
        subprocess.run([*command, str(soundfont), str(midi)], check=True, capture_output=True)
        samples, _ = soundfile.read(wav, frames=SECONDS * RATE, dtype="float64")
    mono = samples.mean(axis=1)
    fade = np.minimum(1, np.arange(len(mono))[::-1] / (0.5 * RATE))
    path = folder / f"{name}.flac"
    soundfile.write(path, PEAK * mono * fade / np.abs(mono).max(), RATE, subtype="PCM_16")
    return path


def main() -> None:
    """Render every piece beside this script, or into another folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--soundfont", type=Path, default=SOUNDFONT)
    arguments = parser.parse_args()
    for name in PIECES:
        print(render(name, arguments.soundfont, arguments.out))


if __name__ == "__main__":
    main()
