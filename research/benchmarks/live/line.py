"""One viewer's connection in the capacity benchmark: WebSocket messages over a connection that is open already.

The library's own client takes 0.19 ms for a message and its answer, a sixth of a processor for 60 people, and this
0.12; the server that is measured lacks it. In earnest everybody's browser does that, on another machine.
"""

import asyncio
import json
from typing import Self

from websockets.asyncio.client import connect

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
_FINAL, _MASKED, _MASK = 0x80, 0x80, bytes(4)
"""What a client sends is masked; masked by zeros it stays as it is."""


class Line(asyncio.Protocol):
    """Send messages, and count the answers.

    Attributes:
        block: How many frames the server wants together.
        answers: How many answers have come.
        over: Whether the server has ended the connection.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._came = bytearray()
        self.block = 1
        self.answers = 0
        self.over = False

    @classmethod
    async def open(cls, address: str, origin: str) -> Self:
        """Open a connection, by the library; then read and write its frames here.

        Args:
            address: Of the WebSocket.
            origin: Of the page that would open it.
        """
        socket = await connect(address, origin=origin, compression=None, ping_interval=None)  # type: ignore[arg-type]
        line = cls(socket.transport)
        socket.transport.set_protocol(line)
        return line

    def send(self, kind: int, content: bytes) -> None:
        """Send a message.

        Args:
            kind: TEXT or BINARY.
            content: Fewer than 65536 bytes.
        """
        n = len(content)
        length = bytes([_MASKED | n]) if n < 126 else bytes([_MASKED | 126]) + n.to_bytes(2, "big")
        self._transport.write(bytes([_FINAL | kind]) + length + _MASK + content)

    def close(self) -> None:
        """End the connection."""
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Take bytes of messages; the server masks nothing, and splits none."""
        self._came += data
        while (start := self._start()) is not None:
            length = self._came[1] if self._came[1] < 126 else int.from_bytes(self._came[2:4], "big")
            if len(self._came) < start + length:
                return
            self._hear(self._came[0] & 15, bytes(self._came[start : start + length]))
            del self._came[: start + length]

    def connection_lost(self, exc: Exception | None) -> None:
        """Hear that the connection has ended."""
        self.over = True

    def _start(self) -> int | None:
        """Return where the content of the next message begins; None before its length has come."""
        start = 2 if len(self._came) < 2 or self._came[1] < 126 else 4
        return start if len(self._came) >= start else None

    def _hear(self, kind: int, content: bytes) -> None:
        if kind == PING:
            self.send(PONG, content)
        elif kind == CLOSE:
            self.over = True
        elif kind == TEXT:
            what = json.loads(content)
            self.answers += "n" in what
            self.block = what.get("block", self.block)
