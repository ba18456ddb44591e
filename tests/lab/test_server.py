"""The page's server: who may come in, what becomes of bad messages, and that the newest request wins."""

import io
import json
import logging
import random
import socket
import urllib.error
import urllib.request

import pytest
from lab_client import rule, unpack
from lab_process import link, served
from websockets.exceptions import ConnectionClosed, InvalidStatus

from descend.core.errors import BadValue
from descend.lab import hosting, server

BOWL = {"problem": "bowl", "rules": [rule("sgd", learning_rate=0.1)]}


@pytest.fixture(scope="module")
def address():
    with served() as (found, _):
        yield found


def ask(page, seq, state, kind="descent"):
    page.send(json.dumps({"ask": kind, "seq": seq, "state": state}))


def got(address, **headers):
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def test_the_page_is_for_those_with_the_token(address):
    status, headers, text = got(address)
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "http://" not in text.replace("http-equiv", "")
    for wrong in (address.split("?")[0], address[:-1], address + "x"):
        status, _, text = got(wrong)
        assert (status, "open the one that 'descend lab' printed" in text) == (403, True)
    assert got(address, Host="elsewhere.example")[0] == 403
    assert got(address.replace("/?", "/lab.js?"))[0] == 200
    assert got(address.replace("/?", "/../pyproject.toml?"))[0] == 404


def test_another_site_or_a_wrong_token_gets_no_connection(address):
    for wrong in [{"origin": "http://elsewhere.example"}, {"origin": "null"}]:
        with pytest.raises(InvalidStatus):
            link(address, **wrong)
    with pytest.raises(InvalidStatus):
        link(address[:-2] + "zz")


def test_two_pages_get_pictures_each(address):
    with link(address) as one, link(address) as two:
        ask(one, 1, BOWL)
        ask(two, 5, {**BOWL, "start": [1, 1]})
        first, second = unpack(one.recv(timeout=60)), unpack(two.recv(timeout=60))
        assert (first[0]["seq"], second[0]["seq"]) == (1, 5)
        assert "field" in first[1]
        assert "field" in second[1]


def test_of_many_requests_the_newest_is_answered_and_most_are_skipped(address):
    with link(address) as page:
        for seq in range(1, 301):
            ask(page, seq, {**BOWL, "steps": 1 + seq})
        seen = []
        while not seen or seen[-1] != 300:
            seen.append(unpack(page.recv(timeout=60))[0]["seq"])
        assert seen == sorted(set(seen))
        assert len(seen) < 300


BAD = [
    ("", "not JSON"),
    ("{", "not JSON"),
    ("[" * 20_000, "not JSON"),
    ("[]", "must be a mapping"),
    ('{"ask": "everything", "seq": 1}', "must be one of: catalogue, descent, code"),
    ('{"ask": "descent"}', "seq is None"),
    ('{"ask": "descent", "seq": 1, "now": true}', "unknown field of message 'now'"),
]
BAD_STATES = [
    (None, "state is None, must be a mapping"),
    ({"problem": "digits"}, "unknown surface 'digits'"),
    ({"problem": "bowl", "options": {"colour": 1}}, "unknown field of options 'colour'"),
    ({"problem": "bowl", "start": [1]}, "bowl: start is (1.0,), must be 2 numbers"),
    ({"problem": "bowl", "start": ["a", 2]}, "start is 'a', must be a finite number"),
    ({"problem": "bowl", "start": [1e30, 2]}, "start where it is finite"),
    ({"problem": "bowl", "steps": 1e9}, "steps is 1000000000, must be a whole number from 1 to 2,000"),
    ({"problem": "bowl", "steps": 2.5}, "steps is 2.5"),
    ({"problem": "bowl", "noise": -1}, "noise is -1, must be from 0 to 100"),
    ({"problem": "bowl", "seed": -1}, "seed is -1"),
    ({"problem": "bowl", "rules": [{}] * 9}, "must be a list of at most 8"),
    ({"problem": "bowl", "rules": [{"rule": "adm"}]}, "unknown rule 'adm'; did you mean 'adam'?"),
    ({"problem": "bowl", "rules": [rule("adam", b1=1)]}, "adam: b1 is 1, must be in [0, 1)"),
    ({"problem": "bowl", "rules": [rule("sgd", learning_rate=[0.1, 0.2])]}, "learning_rate is [0.1, 0.2], must be a finite number"),
    ({"problem": "bowl", "rules": [{"rule": "sgd", "schedule": {"name": "cosin"}}]}, "did you mean 'cosine'"),
    (
        {"problem": "bowl", "rules": [{"rule": "sgd", "schedule": {"name": "cosine", "init_value": "x"}}]},
        "cosine: init_value is 'x'",
    ),
    ({"problem": "formula", "options": {"text": "__import__('os')"}}, "is not a function here"),
    ({"problem": "formula", "options": {"text": "1/x + 0*y", "start": [0, 0]}}, "formula: start is (0.0, 0.0), where the loss is"),
    ({"problem": "formula", "options": {"text": "log(-x^2 - 1)"}}, "it is finite nowhere near 0"),
]


def test_what_cannot_be_shown_is_said_in_one_line_and_the_link_stays(address):
    with link(address) as page:
        for text, why in BAD + [(json.dumps({"ask": "descent", "seq": 1, "state": state}), why) for state, why in BAD_STATES]:
            page.send(text)
            header, _ = unpack(page.recv(timeout=60))
            assert why in header["error"]["en"], (text[:80], header["error"])
            assert "\n" not in header["error"]["en"]
        page.send(b"\x00\x01")
        assert "error" in unpack(page.recv(timeout=60))[0]
        ask(page, 9, BOWL)
        assert "error" not in unpack(page.recv(timeout=60))[0]


def test_messages_that_were_made_at_random_end_in_a_picture_or_a_line(address):
    chance = random.Random(0)
    values = [None, True, -1, 0.5, 1e308, "x", "nan", [], {}, [1, 2], {"rule": "sgd"}, [[1]], "\u0000", 2**70]
    with link(address) as page:
        for seq in range(150):
            state = dict.fromkeys(
                chance.sample(["problem", "options", "start", "steps", "noise", "seed", "rules", "target"], 2),
                chance.choice(values),
            )
            state.setdefault("rules", [])
            ask(page, seq, state, chance.choice(["descent", "code", "limits"]))
            header, _ = unpack(page.recv(timeout=60))
            assert header["seq"] == seq
            assert header.get("error", {}).get("code") != "failure", (state, header)


def test_a_message_too_large_and_a_flood_end_the_connection(address, monkeypatch):
    with link(address) as page:
        page.send("x" * 40_000)
        with pytest.raises(ConnectionClosed):
            page.recv(timeout=60)
    monkeypatch.setattr(server, "MESSAGES_MOST", 5)
    with link(address) as page, pytest.raises(ConnectionClosed):
        for _ in range(1000):
            page.send("{}")
            page.recv(timeout=60)


def test_a_port_in_use_and_other_addresses_are_named(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BadValue, match=f"port {port} on 127.0.0.1: Address already in use; choose another, or leave it out"):
            hosting.serve(port=port, show=False)
    with pytest.raises(BadValue, match=r"host nowhere.invalid is no address of this machine"):
        hosting.serve("nowhere.invalid", show=False)
    with hosting.bound("127.0.0.1", None) as one, hosting.bound("127.0.0.1", None) as two:
        assert one.getsockname()[1] >= hosting.PORT
        assert two.getsockname()[1] >= hosting.PORT


def test_an_address_that_others_can_reach_is_warned_of():
    with served(host="0.0.0.0") as (address, said):
        assert got(address.replace("0.0.0.0", "127.0.0.1"))[0] == 200
    assert "can be reached from other machines" in said[0]


def test_the_command_ends_in_one_line_where_it_cannot_start(capsys):
    from descend.cli.main import main

    assert main(["lab", "--port", "70000"]) == 2
    assert "70000 is not a port, must be a whole number from 0 to 65535" in capsys.readouterr().err
    assert main(["lab", "--help"]) == 0
    assert "descend lab --port 9000" in capsys.readouterr().out
    assert main(["lab", "--hots", "x"]) == 2
    assert "did you mean '--host'" in capsys.readouterr().err


class Closing(logging.StreamHandler):
    """A handler that closes its stream with itself, as that of absl does."""

    def close(self):
        self.stream.close()
        super().close()


def test_logging_of_the_process_that_hosts_is_left_alone():
    handler = Closing(io.StringIO())
    with served():
        pass
    assert not handler.stream.closed
    logging.Handler.close(handler)
