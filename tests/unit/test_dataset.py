"""A dataset folder becomes a Table, or says in a sentence why it cannot."""

import logging
import re
from pathlib import Path

import numpy as np
import pytest

from earmark.errors import DatasetError
from earmark.pipeline.dataset import read

FILES = {
    "dataset.toml": 'name = "tiny"\nlicence = "CC0"\nlabels = "multilabel"\n'
    '[columns]\n"BPM" = "tempo"\n"Length" = "length"\n',
    "features.csv": "track,BPM,Length,Odd Thing\na,120.1234567891,30,1\nb,,30,2\nc,90,30,3\n",
    "tags.csv": "track,tag\na,mood/happy\na,genre/pop\nb,genre/pop\nelsewhere,genre/rock\n",
    "tracks.csv": "track,split,artist\na,train,Ann\nb,valid,\nd,test,Dee\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_rows_columns_and_tags_meet(folder: Path) -> None:
    table = read(folder)
    assert table.tracks == ("a", "b")
    assert table.features == ("tempo", "odd_thing")
    assert table.tags == ("genre/pop", "mood/happy")
    np.testing.assert_array_equal(table.values, [[120.123457, 1], [np.nan, 2]])
    np.testing.assert_array_equal(table.labels, [[True, True], [True, False]])
    assert table.artists == ("Ann", "")
    assert table.splits == ("train", "valid")


def test_known_columns_claim_the_present_procedure_and_others_only_themselves(folder: Path) -> None:
    assert read(folder).procedures == {"tempo": "tempo/1", "odd_thing": "tiny:odd_thing"}


def test_length_is_refused_with_the_reason(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        table = read(folder)
    assert "length" not in table.features
    assert "how a clip was cut" in caplog.text


BROKEN = {
    "dataset.toml": [
        ("", "name must be"),
        ("name = ", "not valid TOML"),
        ('name = "x"\nlabels = "some"', "labels must be"),
        ('name = "x y"\nlabels = "multilabel"', "name must be"),
        ('name = ".."\nlabels = "multilabel"', "not begin with a mark"),
        ("name = 3", "must be texts"),
        ('name = "x"\nlabels = "multilabel"\nlicence = 5', "must be texts"),
        ('name = "x"\nlabels = "multilabel"\ncolumns = 5', "must be texts"),
        ('name = "x"\nlabels = "multilabel"\n[columns]\nBPM = 5', "must be texts"),
    ],
    "features.csv": [
        ("BPM\n1\n", "no column 'track'"),
        ("track,BPM\n", "no rows"),
        ("track,BPM\na,fast\n", "line 2, column 'BPM': 'fast' is not a number"),
        ("track,BPM\na,inf\n", "is not a number"),
        ("track,BPM\na,1,2\n", "line 2: not as many cells"),
        ("track,BPM\nz,1\n", "no track of tracks.csv has features"),
        ("track,BPM,tempo\na,1,1\n", "'BPM', 'tempo' have the same notation"),
        ("track,BPM,BPM\na,1,1\n", "the column 'BPM' twice"),
        ("track,BPM\na,1\na,2\n", "line 3: track 'a' is there twice"),
        ("track,BPM\na,1e300\n", "line 2, column 'BPM': '1e300' is not a number"),
        ("track\na\n", "no column that can be a feature"),
        ("track,Length\na,30\n", "no column that can be a feature"),
        ("track;BPM\na;1\n", "split at commas, gives"),
    ],
    "tags.csv": [
        ("track\na\n", "no column 'tag'"),
        ("track,tag\na,\n", "line 2: '' is not the name of a tag"),
        ('track,tag\na,"b\nc"\n', "is not the name of a tag"),
    ],
    "tracks.csv": [
        ("track,split\na,somewhere\n", "'somewhere', not one of train"),
        ("track,split\na,train\na,test\n", "line 3: track 'a' is there twice"),
    ],
}


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [(file, text, reason) for file, cases in BROKEN.items() for text, reason in cases],
)
def test_what_is_wrong_is_said(folder: Path, file: str, text: str, reason: str) -> None:
    (folder / file).write_text(text)
    with pytest.raises(DatasetError, match=re.escape(reason)):
        read(folder)


def test_files_of_a_spreadsheet_and_columns_in_any_script_are_read(folder: Path) -> None:
    text = FILES["features.csv"].replace("Odd Thing", "速度").replace("Length", "音色")
    (folder / "features.csv").write_text("\ufeff" + text, "utf-8")
    assert read(folder).features == ("tempo", "音色", "速度")


@pytest.mark.parametrize("file", ["dataset.toml", "tags.csv", "tracks.csv"])
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(DatasetError, match=file):
        read(folder)


def test_a_multiclass_track_has_one_tag(folder: Path) -> None:
    about = folder / "dataset.toml"
    about.write_text(about.read_text().replace("multilabel", "multiclass"))
    with pytest.raises(DatasetError, match="track 'a' has 2 tags"):
        read(folder)
