"""The page's server: one page, its script and style, and a WebSocket over which pictures come. It trusts nobody."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Iterator
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from descend.core.errors import BadInput
from descend.core.language.messages import Message

from . import requests
from .frames import LANGUAGES
from .page import asset

TYPES = {"index.html": "text/html; charset=utf-8", "lab.js": "text/javascript; charset=utf-8", "lab.css": "text/css; charset=utf-8"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
ELSEWHERE = (
    "This is not the address of the lab: open the one that 'descend lab' printed, with its token.\n"
    "这不是实验室的地址。请打开 descend lab 显示的那个带 token 的地址。\n"
)
PAGES_MOST = 16  # open at once
MESSAGES_MOST = 400  # in a second, from one page
SOON = 0.02  # seconds of work after which one looks whether anybody still waits for it
TOO_MANY, NOT_ALLOWED = 1013, 1008  # close codes of WebSockets


class Lab:
    """The application, for one token and the names under which it may be reached.

    Pictures of one page are worked out one after the other, in a thread; a request that a newer one of its kind has
    overtaken is never begun, and what a superseded one would still send is left out.
    """

    def __init__(self, token: str, hosts: set[str]):
        self.token, self.hosts, self.open = token, hosts, 0
        pages = [Route("/", self.page), *(Route(f"/{name}", self.asset) for name in ("lab.js", "lab.css"))]
        self.app = Starlette(routes=[*pages, WebSocketRoute("/link", self.link)])
        self.app.router.redirect_slashes = False  # which would read the address anew, whatever the client calls this host

    async def page(self, request: Request) -> Response:
        """The page itself, for those who have the token."""
        if not self._is_authorized(request.headers.get("host"), request.query_params.get("token")):
            return PlainTextResponse(ELSEWHERE, 403, HEADERS)
        return self._file("index.html")

    async def asset(self, request: Request) -> Response:
        """The page's script or style."""
        return self._file(request.scope["path"].removeprefix("/"))

    def _file(self, name: str) -> Response:
        return Response(asset(name), headers=HEADERS, media_type=TYPES[name])

    def _is_authorized(self, host: str | None, token: str | None) -> bool:
        return host in self.hosts and secrets.compare_digest((token or "").encode(), self.token.encode())

    async def link(self, socket: WebSocket) -> None:
        """One page's connection, as long as it lasts."""
        host, origin = socket.headers.get("host"), socket.headers.get("origin")
        if origin not in (f"http://{host}", f"https://{host}") or not self._is_authorized(host, socket.query_params.get("token")):
            await socket.close(NOT_ALLOWED)
            return
        await socket.accept()
        if self.open >= PAGES_MOST:
            why = Message("pages-most", "{most} pages are open already: close one", most=PAGES_MOST)
            await socket.close(TOO_MANY, _reason(why))
            return
        self.open += 1
        try:
            await _Link(socket).run()
        finally:
            self.open -= 1


class _Link:
    """Reads what a page asks, and answers the newest request of each kind."""

    def __init__(self, socket: WebSocket):
        self.socket = socket
        self.waiting: dict[str, dict[str, Any]] = {}
        self.news = asyncio.Event()

    async def run(self) -> None:
        """Until the page goes away."""
        answering = asyncio.create_task(self._answer())
        try:
            await self._listen()
        except WebSocketDisconnect:
            pass
        finally:
            answering.cancel()
            with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
                await answering

    async def _listen(self) -> None:
        second, count = 0, 0
        while True:
            message = await self.socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            second, count = (second, count + 1) if int(time.monotonic()) == second else (int(time.monotonic()), 1)
            if count > MESSAGES_MOST:
                why = Message("messages-most", "more than {most} messages in a second", most=MESSAGES_MOST)
                await self.socket.close(NOT_ALLOWED, _reason(why))
                return
            try:
                request = requests.read(message.get("text"))
            except BadInput as error:
                await self.socket.send_bytes(requests.refusal(error))
                continue
            self.waiting[request["ask"]] = request
            self.news.set()

    async def _answer(self) -> None:
        while True:
            await self.news.wait()
            self.news.clear()
            while self.waiting:
                asked = self.waiting.pop(next(iter(self.waiting)))
                frames = requests.answers(asked)
                while asked["ask"] not in self.waiting and (frame := await asyncio.to_thread(_soon, frames)) is not None:
                    if frame:
                        await self.socket.send_bytes(frame)


def _reason(why: Message) -> str:
    """Why a connection is closed, a line in each language; the protocol takes at most 123 bytes."""
    return "\n".join(why.say(language) for language in LANGUAGES)


def _soon(frames: Iterator[bytes]) -> bytes | None:
    """The next frame; an empty one where that takes longer, and None after the last."""
    began = time.monotonic()
    while (frame := next(frames, None)) == b"" and time.monotonic() - began < SOON:
        pass
    return frame
