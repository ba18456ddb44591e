"""`descend lab` as a process: a port of this machine, a token, and a server until it is told to stop."""

import asyncio
import contextlib
import html
import ipaddress
import secrets
import socket
import tempfile
import threading
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from descend.core.errors import BadValue
from descend.core.system.extras import library
from descend.engine.runtime import scope

from .page import asset

PORT = 8700  # the first that is tried where none is asked for
TRIED = 20
CONNECTIONS = 256  # at once; more are told that it is too busy


def serve(
    host: str = "127.0.0.1",
    port: int | None = None,
    *,
    stop: threading.Event | None = None,
    show: bool = True,
    say: Callable[[str], None] = print,
    token: str | None = None,
) -> None:
    """Serve the lab on an address of this machine until `stop` is set or Ctrl-C comes; `show` opens it in the browser.

    Without a port the first free one from 8700 on is taken. Raises MissingExtra without the extra "lab", BadValue for an
    address or port that cannot be had, StoreError where the page has not been built.
    """
    for name in ("starlette", "uvicorn"):
        library(name, "descend lab", "lab")
    asset("lab.js")
    stop = stop or threading.Event()
    with scope(), bound(host, port) as listener:
        name, number = listener.getsockname()[:2]
        token = token or secrets.token_urlsafe(16)
        written = f"[{name}]" if ":" in name else name
        if not ipaddress.ip_address(name).is_loopback:
            say(f"Warning: {written}:{number} can be reached from other machines; whoever has the token below can use this lab")
        address = f"http://{written}:{number}/?token={token}"
        say(f"The lab is at {address}\nCtrl-C ends it.")
        hosts = (
            {f"{written}:{number}", f"localhost:{number}"} if not ipaddress.ip_address(name).is_unspecified else _everywhere(number)
        )
        with signpost(address) if show else contextlib.nullcontext() as page:
            if page:
                threading.Thread(target=webbrowser.open, args=[page], daemon=True).start()
            asyncio.run(_run(listener, token, hosts, stop))


@contextlib.contextmanager
def signpost(address: str) -> Iterator[str]:
    """The address of a file that leads a browser to `address`, readable by this user alone, until the block ends.

    A browser is started with an address among its arguments, which other users of the machine can read; this one has no token.
    """
    with tempfile.TemporaryDirectory(prefix="descend-lab-", ignore_cleanup_errors=True) as folder:
        page = Path(folder) / "lab.html"  # in a folder of mode 700
        page.write_text(
            f'<!doctype html><meta charset="utf-8"><title>descend lab</title>'
            f'<meta http-equiv="refresh" content="0; url={html.escape(address)}"><a href="{html.escape(address)}">The lab</a>\n'
        )
        yield page.as_uri()


@contextlib.contextmanager
def bound(host: str, port: int | None) -> Iterator[socket.socket]:
    """A socket that listens on the host's port, or on the first free one. Raises BadValue with the remedy."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port or PORT, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):
        raise BadValue(f"host {host} is no address of this machine; leave it out for 127.0.0.1") from None
    listener = socket.socket(family, socket.SOCK_STREAM)
    with contextlib.closing(listener):
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        for number in [port] if port is not None else [*range(PORT, PORT + TRIED), 0]:
            try:
                listener.bind((address[0], number))
                break
            except OverflowError:
                raise BadValue(f"port {number} is not a port, must be from 0 to 65535") from None
            except OSError as error:
                if port is not None:
                    raise BadValue(f"port {port} on {host}: {error.strerror}; choose another, or leave it out") from None
        else:
            raise BadValue(f"host {host} cannot be used here; leave it out for 127.0.0.1")
        listener.listen(64)  # from here on a browser may knock
        yield listener


def _everywhere(port: int) -> set[str]:
    """The names of this machine at a port, for a server that listens on all of its addresses."""
    names = {"localhost", "127.0.0.1", socket.gethostname()}
    with contextlib.suppress(OSError):
        names |= {str(found[4][0]) for found in socket.getaddrinfo(socket.gethostname(), port)}
    return {f"[{name}]:{port}" if ":" in name else f"{name}:{port}" for name in names}


async def _run(listener: socket.socket, token: str, hosts: set[str], stop: threading.Event) -> None:
    import uvicorn

    from .connection import Connection
    from .requests import LARGEST
    from .server import Lab

    class Server(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Leave Ctrl-C to the command line, which sets `stop`."""
            yield

    config: Any = uvicorn.Config(
        Lab(token, hosts).app,
        log_level="error",
        log_config=None,  # setting logging up anew would close the handlers, and with them the streams, of whoever is hosting
        lifespan="off",
        http=Connection,
        limit_concurrency=CONNECTIONS,
        ws="websockets-sansio",
        ws_max_size=LARGEST,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=1,
    )
    server = Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not serving.done() and not stop.is_set():
        await asyncio.sleep(0.1)
    server.should_exit = True
    await serving
