"""One browser's connection as links.py sends to it: in a task of its own, in order, and not without bound."""

import asyncio
import contextlib

from starlette.websockets import WebSocket, WebSocketDisconnect

MOST_UNSENT = 64
"""Answers that wait for a browser which does not read them; then its connection ends."""


class SocketLine:
    """Send to one browser in a task of its own, so that nobody waits for one that reads slowly."""

    def __init__(self, socket: WebSocket) -> None:
        """Begin sending.

        Args:
            socket: The connection, which was accepted.
        """
        self._socket = socket
        self._unsent: asyncio.Queue[tuple[int, str]] = asyncio.Queue()
        self._over = False
        self._sending = asyncio.create_task(self._send())

    @property
    def ended(self) -> bool:
        """Return whether the connection is being closed; what still comes over it counts no more."""
        return self._over

    def send(self, text: str) -> None:
        """Send a message, later."""
        if self._over:
            return
        if self._unsent.qsize() >= MOST_UNSENT:
            self.end(4408, "answers are not read")
            return
        self._unsent.put_nowait((0, text))

    def end(self, code: int, why: str) -> None:
        """Close the connection, after what waits to be sent."""
        self._over = True
        self._unsent.put_nowait((code, why))

    async def over(self) -> None:
        """Stop sending; the connection is closed."""
        self._over = True
        self._sending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._sending

    async def _send(self) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError, OSError):
            while True:
                code, text = await self._unsent.get()
                if code:
                    await self._socket.close(code, text)
                    return
                await self._socket.send_text(text)
