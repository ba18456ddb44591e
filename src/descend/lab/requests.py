"""What a page may ask, and the answers: the same for the page's server and for the notebook's widget."""

import json
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from descend.core.errors import BadInput, BadValue, DescendError, must_be
from descend.core.language.messages import Message
from descend.core.system.process import own_settings

from . import checks, descent, functions, limits, stability, state
from .catalogue import catalogue
from .code import functions_program, program, stability_program
from .frames import Frame, pack, sentences

LARGEST = 32_768  # bytes of a message


def catalogue_request(given: Any) -> Iterator[Frame]:
    """All there is to choose from."""
    yield catalogue()


def descent_request(given: Any) -> Iterator[Frame | None]:
    """The picture of the view Descent."""
    yield from descent.pictures(state.descent(given))


def code_request(given: Any) -> Iterator[Frame]:
    """The view Descent as a program."""
    yield Frame({"view": "code", "text": program(state.descent(given))})


def stability_code_request(given: Any) -> Iterator[Frame]:
    """The probes of the view Stability as a program."""
    yield Frame({"view": "code", "text": stability_program(stability.plane(given))})


def limits_request(given: Any) -> Iterator[Frame | None]:
    """Up to which learning rate each rule of the picture is stable."""
    frame = Frame({"view": "limits", "limits": []})
    for limit in limits.limits(state.descent(given)):
        frame.header["limits"].append(limit)
        yield None
    yield frame


def stability_request(given: Any) -> Iterator[Frame | None]:
    """The view Stability, coarse and then fine."""
    yield from stability.pictures(stability.plane(given))


def functions_request(given: Any) -> Iterator[Frame | None]:
    """The view Functions."""
    yield from functions.pictures(functions.selection(given))


def functions_code_request(given: Any) -> Iterator[Frame]:
    """The curves of the view Functions as a program."""
    yield Frame({"view": "code", "text": functions_program(functions.selection(given))})


ANSWERS: dict[str, Callable[[Any], Iterator[Frame | None]]] = {
    "catalogue": catalogue_request,
    "descent": descent_request,
    "code": code_request,
    "stability_code": stability_code_request,
    "limits": limits_request,
    "stability": stability_request,
    "functions": functions_request,
    "functions_code": functions_code_request,
}


def read(message: Any) -> dict[str, Any]:
    """A message {"ask": name, "seq": number, "state": anything}. Raises BadInput for any other."""
    if not isinstance(message, str | bytes) or len(message) > LARGEST:
        text = "the message is larger than {most:,} bytes or no text; reload the page"
        raise BadValue(Message("message-size", text, most=LARGEST))
    try:
        values = json.loads(message)
    except (ValueError, RecursionError):
        raise BadValue(Message("message-json", "the message is not JSON; reload the page")) from None
    fields = checks.mapping("message", values, ("ask", "seq", "state"))
    name = checks.word("ask", fields.get("ask"), 20)
    if name not in ANSWERS:
        raise must_be("ask", f"'{name}'", Message("one-of", "one of: {known}", known=", ".join(ANSWERS)))
    return {"ask": name, "seq": checks.count("seq", fields.get("seq"), 0, 2**31 - 1), "state": fields.get("state")}


def answers(request: dict[str, Any]) -> Iterator[bytes]:
    """The frames that answer a request that was read, coarse ones first; a refusal is a frame with an "error" (see `sentences`).

    Between frames that take long come empty ones, which are not sent: whoever waits for something newer stops there.
    """
    try:
        frames = ANSWERS[request["ask"]](request["state"])
        while (frame := _next(frames, request["seq"])) is not None:
            yield frame
    except BadInput as error:
        yield refusal(error, request["ask"], request["seq"])
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        text = "this could not be computed ({error}); the terminal says more"
        yield refusal(BadValue(Message("failure", text, error=type(error).__name__)), request["ask"], request["seq"])


def _next(frames: Iterator[Frame | None], seq: int) -> bytes | None:
    """The next of some frames; None after the last. Whoever waits for it may be another thread each time."""
    with own_settings(inside=True):
        for frame in frames:
            return pack(frame, seq=seq) if frame else b""
    return None


def refusal(error: DescendError, view: str = "", seq: int = 0) -> bytes:
    """A frame that says what cannot be done, in one line of each language (see `sentences`)."""
    return pack(Frame({"view": view, "error": sentences(error)}), seq=seq)
