"""RDF is fetched from an address when asked for, and never from anywhere else."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from earmark.pipeline import bring
from earmark.resources import shipped

Run = Callable[..., tuple[int, str, str]]

GOOD = shipped("ontology", "align", "emotion.ttl").read_bytes()


class _Catalogue(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, headers, body = {
            "/emotion.ttl": (200, {}, GOOD),
            "/emotion": (200, {"Content-Type": "text/turtle; charset=utf-8"}, GOOD),
            "/bad.ttl": (200, {}, b"@prefix ear: <https://w3id.org/earmark/ns#> .\n<x\n"),
            "/moved": (302, {"Location": "/emotion"}, b""),
            "/out": (302, {"Location": "file:///etc/hostname"}, b""),
            "/large.ttl": (200, {}, b"# " + b"x" * 200_000),
        }.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def catalogue() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Catalogue)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=5)
    server.server_close()


@pytest.mark.parametrize("path", ["/emotion.ttl", "/emotion", "/moved"])
def test_an_address_is_taken_in_like_a_file(
    run: Run, catalogue: str, tmp_path: Path, path: str
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    file = shipped("ontology", "align", "emotion.ttl")
    assert run("import", str(file), "--store", str(here))[0] == 0
    code, _, err = run("import", catalogue + path, "--store", str(there))
    assert code == 0, err
    exports = [run("export", "--store", str(store))[1] for store in (here, there)]
    assert sorted(exports[0].splitlines()) == sorted(exports[1].splitlines())


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/bad.ttl", "/bad.ttl, line 2"),
        ("/nothing.ttl", "404"),
        ("/out", "/out cannot be fetched"),
        ("/large.ttl", "sends more than"),
    ],
)
def test_what_cannot_be_taken_in_is_named_by_its_address(
    run: Run, catalogue: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, said: str
) -> None:
    monkeypatch.setattr(bring, "LARGEST_FILE", 100_000)
    code, _, err = run("import", catalogue + path, "--store", str(tmp_path / "s"))
    assert code == 1
    assert said in err
    assert "/tmp" not in err.replace(str(tmp_path), "")  # noqa: S108


def test_no_other_scheme_is_fetched(run: Run, tmp_path: Path) -> None:
    code, _, err = run("import", "ftp://127.0.0.1/x.ttl", "--store", str(tmp_path / "s"))
    assert code == 1
    assert "cannot be read" in err
