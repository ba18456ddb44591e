"""The lab among strangers: what they send is answered or refused, what they hold open ends, what nobody waits for stops."""

import gc
import http.client
import json
import socket
import stat
import threading
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import jax
import pytest
from lab_client import ask, picture, rule, unpack
from lab_process import link, served
from websockets.exceptions import InvalidStatus

from descend.lab import connection, hosting, programs, requests, trace


@pytest.fixture(scope="module")
def address():
    with served() as (found, _):
        yield found


@pytest.mark.parametrize("origin", ["http://[::1", "http://]", "//", "null", "http://", "javascript:0", "http://[v.1]:x", "\xe9"])
def test_an_origin_that_is_none_gets_no_connection(address, origin):
    with pytest.raises(InvalidStatus) as refused:
        link(address, origin=origin)
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("host", ["[::1", "]", "a b", "", "http://x", "127.0.0.1:x", "[v.1]:x"])
@pytest.mark.parametrize("path", ["/", "/lab.js/", "/lab.js", "/link"])
def test_a_host_that_is_none_is_refused_and_not_an_error_of_ours(address, host, path):
    parts = urlsplit(address)
    asking = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    asking.putrequest("GET", f"{path}?{parts.query}", skip_host=True)
    asking.putheader("Host", host)
    asking.endheaders()
    assert asking.getresponse().status in ((200,) if path == "/lab.js" else (400, 403, 404))
    asking.close()


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET /lab.js HTTP/1.1\r\nHost: x\r\n"], ids=["nothing", "a line", "no end"])
def test_a_connection_whose_request_does_not_come_is_closed(address, sent, monkeypatch):
    monkeypatch.setattr(connection, "SECONDS", 0.5)
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as half:
        began = time.monotonic()
        half.sendall(sent)
        assert half.recv(100) == b""
        assert 0.3 < time.monotonic() - began < 10


def test_a_slow_request_does_not_begin_anew_with_every_byte_and_one_that_is_answered_is_in_time(address, monkeypatch):
    monkeypatch.setattr(connection, "SECONDS", 1.0)
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as slow:
        began = time.monotonic()
        with pytest.raises(OSError, match=r"."):  # closed
            for sign in "GET /lab.js HTTP/1.1\r\nX: " + "y" * 100:
                slow.sendall(sign.encode())
                time.sleep(0.1)
        assert time.monotonic() - began < 8
    with link(address) as page:  # stays, long after its request has come
        time.sleep(1.5)
        page.send(json.dumps({"ask": "catalogue", "seq": 3}))
        assert unpack(page.recv(timeout=60))[0]["seq"] == 3


def test_the_browser_is_led_to_the_lab_by_a_file_of_its_own_that_goes(monkeypatch):
    seen, opened = [], threading.Event()

    def browse(url):
        page = Path(urllib.request.url2pathname(urlsplit(url).path))
        seen.extend([url, page, page.read_text(), stat.S_IMODE(page.parent.stat().st_mode)])
        opened.set()

    monkeypatch.setattr(hosting.webbrowser, "open", browse)
    with served(show=True) as (address, _):
        assert opened.wait(60)
        url, page, text, mode = seen
    token = address.split("token=")[1]
    assert url.startswith("file:///")
    assert token not in url
    assert f'content="0; url={address}"' in text
    assert mode == 0o700
    assert not page.exists()


EIGHT = [rule(name) for name in ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "lion")]


def test_between_the_rules_of_a_picture_one_may_stop():
    request = {"ask": "descent", "seq": 1, "state": {"rules": EIGHT, "steps": 5}}
    frames = list(requests.answers(request))
    assert [bool(frame) for frame in frames] == [False] * (len(frames) - 1) + [True]
    assert len(frames) > 2 * len(EIGHT)
    for kind in ("limits", "functions"):
        frames = list(requests.answers({"ask": kind, "seq": 1, "state": {} if kind == "functions" else {"rules": EIGHT}}))
        assert len(frames) > 3


def test_a_picture_of_a_page_that_has_left_is_not_worked_out_to_its_end(address, monkeypatch):
    drawn, first, go_on = [], threading.Event(), threading.Event()
    real = trace.trace

    def slow(problem, way, *more):
        drawn.append(way.name)
        first.set()
        assert go_on.wait(60)
        return real(problem, way, *more)

    monkeypatch.setattr("descend.lab.descent.trace", slow)
    with link(address) as page:
        page.send(json.dumps({"ask": "descent", "seq": 1, "state": {"rules": EIGHT, "steps": 5}}))
        assert first.wait(60)
    time.sleep(0.5)  # until the server has seen it go
    go_on.set()
    time.sleep(1.0)
    assert drawn == ["sgd"]


def test_of_many_formulas_only_the_latest_programs_are_kept(monkeypatch):
    monkeypatch.setattr(programs, "MOST", 3)
    doubled = programs.compile_by_structure(lambda named: {name: 2 * x for name, x in named.items()})
    backend = jax.extend.backend.get_backend()
    gc.collect()
    before = len(backend.live_executables())
    for i in range(12):
        assert doubled({str(i): jax.numpy.ones(3)})[str(i)].tolist() == [2] * 3
    gc.collect()
    assert len(backend.live_executables()) - before <= 3 + 2  # and what made the arrays


@pytest.mark.parametrize("seed", [2**32 - 1, 2**32 - 15])
def test_noise_has_a_band_with_the_last_seeds_too(seed):
    header, arrays = picture(noise=1.0, seed=seed, steps=4, rules=[rule("sgd")])
    assert header["seed"] == seed
    assert arrays["r0.band"].shape == (3, 5)


@pytest.mark.parametrize("schedule", ["constant", "cosine", "warmup", "piecewise_constant", "inverse_time"])
@pytest.mark.parametrize("field", ["steps", "learning_rate", "cls", "self", "given", "", "name "])
def test_a_schedule_takes_its_own_fields_alone(schedule, field):
    state = {"rules": [{"rule": "sgd", "schedule": {"name": schedule, field: 1}}]}
    ((header, _),) = ask("descent", state)
    assert f"unknown {schedule} setting '{field.strip()}'" in header["error"]["en"]


@pytest.mark.parametrize("problem", ["bivariate", "bowl"])
def test_a_path_of_one_step_is_told_too(problem):
    for rate in (0.0, 0.1, 1e30):
        header, _ = picture(problem=problem, steps=1, noise=1, rules=[rule("lamb", learning_rate=rate)])
        assert header["rules"][0]["regime"]
