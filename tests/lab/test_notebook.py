import json

import pytest
from lab_client import unpack

import descend.lab
from descend.core.errors import BadValue, UnknownName

pytest.importorskip("anywidget", reason="anywidget is not installed: make install brings it")


def answers(widget, message, monkeypatch):
    sent = []
    monkeypatch.setattr(type(widget), "send", lambda self, content, buffers: sent.extend(buffers))
    widget._handle_custom_msg({"message": message}, [])
    return [unpack(frame) for frame in sent]


def test_a_widget_answers_as_the_page_s_server_does(monkeypatch):
    widget = descend.lab.widget("parabola")
    assert widget.state["descent"]["preset"] == "parabola"
    assert [rule["look"] for rule in widget.state["descent"]["rules"]] == [0, 1, 2]
    asked = {"problem": "parabola", "rules": [{"rule": "sgd"}]}
    for seq in (1, 2):
        ((header, arrays),) = answers(widget, json.dumps({"ask": "descent", "seq": seq, "state": asked}), monkeypatch)
        assert header["seq"] == seq
        assert "field" in arrays
    ((header, _),) = answers(widget, "nonsense", monkeypatch)
    assert "not JSON" in header["error"]["en"]
    assert "export" in widget._esm
    assert ".lab" in widget._css


def test_what_is_no_state_is_refused():
    with pytest.raises(UnknownName, match="unknown preset 'regresion'; did you mean 'regression'"):
        descend.lab.widget("regresion")
    with pytest.raises(BadValue, match="must be plain values"):
        descend.lab.widget({"descent": {"start": object()}})
    widget = descend.lab.widget({"view": "stability"})
    for wrong in ("regresion", 5, {"descent": {"rules": ["adam"]}}):
        with pytest.raises((UnknownName, BadValue)):
            widget.state = wrong
    assert widget.state == {"view": "stability"}
    widget.state = {"descent": {"rules": [{"rule": "adam"}]}}
    assert widget.state == {"descent": {"rules": [{"rule": "adam", "look": 0, "values": {}}]}}
