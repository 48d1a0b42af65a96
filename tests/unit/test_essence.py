import hashlib
import re
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from earmark.audio import track_id
from earmark.errors import UnreadableAudio

KINDS = {
    "wav": ("WAV", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
    "aiff": ("AIFF", "PCM_16"),
}


def encoded(folder: Path, kind: str, *, seed: int = 0) -> bytes:
    form, subtype = KINDS[kind]
    noise = 0.1 * np.random.default_rng(seed).standard_normal(48000)
    path = folder / "encoded"
    soundfile.write(path, noise, 48000, subtype, format=form)
    return path.read_bytes()


def id_of(folder: Path, data: bytes) -> str:
    path = folder / "some.name"
    path.write_bytes(data)
    return track_id(path)


# --- retagging, byte by byte ------------------------------------------------


def id3v2(payload: bytes, *, footer: bool = False) -> bytes:
    size = bytes(len(payload) >> shift & 0x7F for shift in (21, 14, 7, 0))
    head = b"\4\0" + (b"\x10" if footer else b"\0") + size
    return b"ID3" + head + payload + (b"3DI" + head if footer else b"")


def ape(payload: bytes, *, header: bool) -> bytes:
    size = struct.pack("<4I", 2000, len(payload) + 32, 1, 0x80000000 if header else 0)
    foot = b"APETAGEX" + size + bytes(8)
    return (b"APETAGEX" + size + bytes(8) if header else b"") + payload + foot


def id3v1(title: bytes) -> bytes:
    return (b"TAG" + title).ljust(128, b"\0")


def with_block(flac: bytes, block: int, payload: bytes) -> bytes:
    """FLAC with another metadata block after STREAMINFO."""
    end = 4 + 4 + 34
    last = flac[4] & 0x80
    head = bytes([last | block]) + len(payload).to_bytes(3, "big")
    return flac[:4] + bytes([flac[4] & 0x7F]) + flac[5:end] + head + payload + flac[end:]


def with_chunk(riff: bytes, name: bytes, payload: bytes) -> bytes:
    """RIFF or AIFF with a chunk before and after all others."""
    order = "<I" if riff[:4] == b"RIFF" else ">I"
    chunk = name + struct.pack(order, len(payload)) + payload + b"\0" * (len(payload) % 2)
    body = riff[8:12] + chunk + riff[12:] + chunk
    return riff[:4] + struct.pack(order, len(body)) + body


def ogg_packets(data: bytes) -> tuple[bytes, list[bytes]]:
    """The head of the first page, and all packets of a file of one stream."""
    packets, packet, at = [], b"", 0
    while at < len(data):
        lacing = data[at + 27 : at + 27 + data[at + 26]]
        at += 27 + len(lacing)
        for length in lacing:
            packet += data[at : at + length]
            at += length
            if length < 255:
                packets.append(packet)
                packet = b""
    return data[:26], packets


def ogg_pages(head: bytes, packets: list[bytes], per_page: int) -> bytes:
    """The packets laid anew, with as many segments to a page as asked."""
    segments = []
    for packet in packets:
        whole = [packet[i : i + 255] for i in range(0, len(packet), 255)]
        segments += whole if len(packet) % 255 else [*whole, b""]
    pages = []
    for i in range(0, len(segments), per_page):
        part = segments[i : i + per_page]
        lacing = bytes(map(len, part))
        pages.append(head + bytes([len(part)]) + lacing + b"".join(part))
    return b"".join(pages)


def ogg_retagged(data: bytes, comment: bytes, per_page: int) -> bytes:
    head, packets = ogg_packets(data)
    return ogg_pages(head, [packets[0], packets[1] + comment, *packets[2:]], per_page)


RETAGGINGS: list[tuple[str, Callable[[bytes, bytes], bytes]]] = [
    ("mp3", lambda data, text: id3v2(text) + data),
    ("mp3", lambda data, text: id3v2(b"") + id3v2(text, footer=True) + data),
    ("mp3", lambda data, text: data + id3v1(text[:30])),
    ("mp3", lambda data, text: data + ape(text, header=True) + id3v1(text[:30])),
    ("mp3", lambda data, text: id3v2(text) + data + ape(text, header=False)),
    ("flac", lambda data, text: with_block(data, 1, text)),
    ("flac", lambda data, text: with_block(data, 4, text)),
    ("flac", lambda data, text: id3v2(text) + data + id3v1(text[:30])),
    ("wav", lambda data, text: with_chunk(data, b"LIST", text)),
    ("wav", lambda data, text: with_chunk(data, b"id3 ", text)),
    ("aiff", lambda data, text: with_chunk(data, b"NAME", text)),
    ("ogg", lambda data, text: ogg_retagged(data, text, 255)),
    ("ogg", lambda data, text: ogg_retagged(data, text, 3)),
    ("opus", lambda data, text: ogg_retagged(data, text, 100)),
]


@pytest.mark.parametrize("index", range(len(RETAGGINGS)))
@settings(max_examples=15, deadline=None, suppress_health_check=[*HealthCheck])
@given(text=st.binary(min_size=1, max_size=2000))
def test_retagging_keeps_the_id(tmp_path: Path, index: int, text: bytes) -> None:
    kind, retag = RETAGGINGS[index]
    data = encoded(tmp_path, kind)
    changed = retag(data, text)
    assert changed != data
    assert id_of(tmp_path, changed) == id_of(tmp_path, data)


@pytest.mark.parametrize("kind", KINDS)
def test_other_audio_has_another_id(tmp_path: Path, kind: str) -> None:
    ids = {id_of(tmp_path, encoded(tmp_path, kind, seed=seed)) for seed in range(3)}
    assert len(ids) == 3
    assert all(re.fullmatch(r"[0-9a-f]{20}", one) for one in ids)


def with_bit_turned(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"flac"}))
def test_any_changed_byte_of_audio_changes_the_id(tmp_path: Path, kind: str) -> None:
    data = encoded(tmp_path, kind)
    assert id_of(tmp_path, with_bit_turned(data, len(data) // 2)) != id_of(tmp_path, data)


def test_flac_without_md5_is_named_after_its_frames(tmp_path: Path) -> None:
    data = encoded(tmp_path, "flac")
    md5 = 4 + 4 + 18
    data = data[:md5] + bytes(16) + data[md5 + 16 :]
    one = id_of(tmp_path, data)
    assert one == id_of(tmp_path, with_block(data, 4, b"title"))
    assert one != id_of(tmp_path, with_bit_turned(data, len(data) - 20))


def test_a_file_of_unknown_kind_is_named_after_all_of_it(tmp_path: Path) -> None:
    expected = hashlib.sha256(b"something else").hexdigest()[:20]
    assert id_of(tmp_path, b"something else") == expected


@pytest.mark.parametrize(
    "data", [b"", id3v2(b"x" * 50), id3v2(b"x") + id3v1(b"y"), b"RIFF\0\0\0\0WAVEdata\0\0\0\0"]
)
def test_files_without_audio_share_no_id(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UnreadableAudio, match="holds no audio data"):
        id_of(tmp_path, data)


def test_a_file_of_a_million_empty_chunks_is_given_up_soon(tmp_path: Path) -> None:
    data = b"RIFF\0\0\0\0WAVE" + b"junk\0\0\0\0" * 1_000_000
    assert len(id_of(tmp_path, data)) == 20
