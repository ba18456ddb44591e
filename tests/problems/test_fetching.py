import hashlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from descend.core.errors import BadData
from descend.core.language.messages import Message, Option
from descend.problems.datasets import download as fetching
from descend.problems.datasets import imdb
from descend.problems.datasets import mnist as images
from descend.problems.datasets.download import Source, fetch, report_to

CONTENT = bytes(range(256)) * 2000
SUM = hashlib.sha256(CONTENT).hexdigest()


class Served(BaseHTTPRequestHandler):
    """/whole is the content, /short breaks off, /missing is not there; `asked` counts."""

    asked: list[str] = []

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[: 1000 if self.path == "/short" else None])

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    Served.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Served) as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{made.server_port}"
        made.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "cache", lambda: tmp_path / "data")
    return tmp_path / "data"


OWN = Message("own-file", "name it with {option}", option=Option(file="FILE"))


def refused(source) -> str:
    with pytest.raises(BadData) as caught:
        fetch(source, OWN)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith("name it with file='FILE'")
    return caught.value.say(spelling="command")


def test_a_file_is_fetched_once_and_checked_each_time(server, folder):
    source = Source(f"{server}/whole", "sub/name.bin", SUM)
    assert fetch(source, OWN) == folder / "sub/name.bin"
    assert fetch(source, OWN).read_bytes() == CONTENT
    assert Served.asked == ["/whole"]
    (folder / "sub/name.bin").write_bytes(CONTENT[:-1])
    assert fetch(source, OWN).read_bytes() == CONTENT
    assert Served.asked == ["/whole"] * 2
    assert [path.name for path in (folder / "sub").iterdir()] == ["name.bin"]


def test_whoever_wants_to_is_told_how_far_it_is(server):
    told = []
    with report_to(lambda *news: told.append(news)):
        fetch(Source(f"{server}/whole", "one", SUM), OWN)
    assert told[-1] == ("one", len(CONTENT), len(CONTENT))
    assert [came for _, came, _ in told] == sorted(came for _, came, _ in told)
    assert len(told) >= 2
    fetch(Source(f"{server}/whole", "two", SUM), OWN)
    assert {name for name, _, _ in told} == {"one"}


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/whole", "/whole is not the file that was expected (its sha256 differs): try again, or name it"),
        ("/short", "/short cannot be fetched (it broke off after 1,000 of 512,000 bytes): name it"),
        ("/missing", "/missing cannot be fetched (Not Found): name it"),
    ],
)
def test_what_is_not_the_file_is_refused_and_not_kept(server, folder, path, why):
    assert why in refused(Source(f"{server}{path}", "name.bin", SUM if path != "/whole" else "0" * 64))
    assert list(folder.iterdir()) == []


def test_without_a_network_the_address_and_the_remedy_are_named():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # and never listens
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/name.bin"
        message = refused(Source(url, "name.bin", SUM))
    assert message.startswith(f"{url} cannot be fetched (")
    assert "refused" in message


def test_a_cache_that_cannot_be_written_is_named(folder):
    folder.write_text("in the way")
    assert "name.bin cannot be read or written (" in refused(Source("http://127.0.0.1:9/", "name.bin", SUM))


@pytest.mark.parametrize("source", [*images.MNIST.sources, *images.FashionMNIST.sources, imdb.SOURCE], ids=lambda s: s.name)
def test_sources_are_checked_files_behind_https(source):
    assert source.url.startswith("https://")
    assert source.url.endswith(source.name.rpartition("/")[2])
    assert len(bytes.fromhex(source.sha256)) == 32
