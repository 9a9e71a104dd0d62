"""How long it takes on this machine from a phone's sensor to where a camera's frame meets the reading.

    python -m research.benchmarks.phone.delay [--seconds 20]

A made-up phone measures 50 times a second and sends every 60 ms over https, as the page does; frames come 30 times a
second. Prints how long a message is on its way until it can be used, how long from measuring to that, and how old the
newest reading is when a frame comes.
"""

import argparse
import datetime
import http.client
import json
import ssl
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from posecheck.capture.markers.phone.stream import Said, Sent, Streams
from posecheck.core.arrays import Floats
from posecheck.phone.certificate import certificate
from posecheck.phone.server import Server

SAMPLE_S, SEND_S, FRAME_S = 0.02, 0.06, 1 / 30


class Timed(Streams):
    """Streams that remember when each reading could be used."""

    def __init__(self) -> None:
        super().__init__()
        self.took_s: list[float] = []

    def add(self, sent: Sent) -> Said:
        """Take a message, as Streams does."""
        said = super().add(sent)
        self.took_s += (self.clock() - sent.rows[:, 0]).tolist()
        return said


def _phone(port: int, key: str, secret: Path, end_s: float, way_s: list[float]) -> None:
    """Measure and send until a time; collect how long each message took until it was answered."""
    link = http.client.HTTPSConnection("localhost", port, context=ssl.create_default_context(cafile=str(secret)))
    measured_s = sent_s = time.monotonic()
    while (now := time.monotonic()) < end_s:
        if now - sent_s >= SEND_S:
            times = np.arange(measured_s + SAMPLE_S, now, SAMPLE_S).tolist()
            sent_s = now
            if times:
                measured_s = times[-1]
                body = json.dumps({"page": "a", "belt": False, "rows": [[t, 1.0, 0.0, 0.0, 1] for t in times]})
                link.request("POST", "/readings", body, {"X-Posecheck": key})
                link.getresponse().read()
                way_s.append(time.monotonic() - now)
        time.sleep(0.001)
    link.close()


def _told(name: str, seconds: Floats) -> str:
    middle, most = (1000.0 * float(np.percentile(seconds, share)) for share in (50, 95))
    return f"{name}: median {middle:.0f} ms, 95 % below {most:.0f} ms ({len(seconds)})"


def main() -> None:
    """Print the delays."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20.0)
    seconds = parser.parse_args().seconds
    streams, way_s, ages_s = Timed(), list[float](), list[float]()
    with tempfile.TemporaryDirectory() as folder:
        secret = certificate(Path(folder), ["127.0.0.1"], datetime.datetime.now(datetime.UTC))
        with Server("127.0.0.1", 0, secret, None, "en", streams=streams) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            end_s = time.monotonic() + seconds
            about = (server.server_address[1], server.key, secret, end_s, way_s)
            phone = threading.Thread(target=_phone, args=about)
            phone.start()
            while time.monotonic() < end_s:
                time.sleep(FRAME_S)
                if (heard := streams.heard()) is not None:
                    ages_s.append(time.monotonic() - float(heard.record.time_s[-1]))
            phone.join()
            server.shutdown()
    print(_told("message sent until it is answered", np.array(way_s)))
    print(_told("reading measured until it can be used", np.array(streams.took_s)))
    print(_told("age of the newest reading when a frame comes", np.array(ages_s)))


if __name__ == "__main__":
    main()
