"""A connection that is closed where its request does not come: uvicorn waits for one without end."""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS = 10.0  # from a connection, or the first byte of another request on it, until the request has come


class Connection(H11Protocol):
    """Uvicorn's, with a limit to how long a client may hold it with half a request or none; an open WebSocket has pings."""

    since: float | None = None  # when the request that has not come yet began
    limit: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Somebody has connected."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Some bytes have come, perhaps the last of a request."""
        self._wait_no_more()
        super().data_received(data)
        upgraded = self.transport.get_protocol() is not self
        answering = self.cycle is not None and not self.cycle.response_complete
        if upgraded or answering or self.transport.is_closing():
            self.since = None
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self.since = self.loop.time() if self.since is None else self.since
        self.limit = self.loop.call_at(self.since + SECONDS, self.transport.close)

    def _wait_no_more(self) -> None:
        if self.limit:
            self.limit.cancel()
            self.limit = None
