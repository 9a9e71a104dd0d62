"""Listen to phones while a camera watches: the server in a thread, and what is needed to bring a phone to its page."""

import datetime
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from posecheck.capture.markers.phone.stream import Streams
from posecheck.core.paths import user_data
from posecheck.phone.certificate import certificate, fingerprint, reached
from posecheck.phone.server import Server, invitation

PORT = 8443


@contextmanager
def listening(port: int, stretch: str | None, language: str | None) -> Iterator[tuple[Streams, list[str]]]:
    """Serve the page to this local network until the block is left.

    Args:
        port: The port on this machine.
        stretch: The id of the stretch that is selected at first.
        language: The page's language; None for the phone's own.

    Yields:
        What phones send, and the lines that bring a phone to the page.

    Raises:
        InputError: The port is taken, or this machine is in no network.
    """
    known = reached()
    secret = certificate(user_data() / "phone", known, datetime.datetime.now(datetime.UTC))
    streams = Streams()
    with Server(known[0], port, secret, stretch, language, streams=streams) as server:
        thread = threading.Thread(target=server.serve_forever, name="phone", daemon=True)
        thread.start()
        try:
            yield streams, invitation(server.address(known[0]), fingerprint(secret))
        finally:
            server.shutdown()
            thread.join()
