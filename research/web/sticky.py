"""See whether Caddy keeps a visitor with one of two app processes behind one address, landmarks' connection included.

python -m research.web.sticky [--caddy /usr/bin/caddy]
"""

import argparse
import asyncio
import contextlib
import http.cookiejar
import json
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from posecheck.app.streaming.inpage.routes import BASE
from research.benchmarks.live import many_app
from research.harness import browser_app

PORT = 9137
ADDRESS = f"http://localhost:{PORT}"
RULES = """
{{
	admin off
	auto_https off
}}
http://localhost:{port} {{
	reverse_proxy {hosts} {{
		lb_policy cookie
	}}
}}
"""
VISITORS, ASKED = 8, 5


@contextlib.contextmanager
def balanced(caddy: str, folder: Path, hosts: list[str]) -> Iterator[None]:
    """Let Caddy serve some app processes at ADDRESS."""
    rules = folder / "Caddyfile"
    rules.write_text(RULES.format(port=PORT, hosts=" ".join(hosts)), encoding="utf-8")
    process = subprocess.Popen(
        [caddy, "run", "--config", str(rules), "--adapter", "caddyfile"], stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(4)
        yield
    finally:
        process.terminate()
        process.wait()


async def linked(ticket: str, cookie: str) -> bool:
    """Return whether the connection for landmarks takes a ticket."""
    about = {"Cookie": cookie} if cookie else {}
    address = f"ws://localhost:{PORT}{BASE}/link"
    async with connect(address, origin=Origin(ADDRESS), additional_headers=about) as socket:
        await socket.send(json.dumps({"ticket": ticket}))
        try:
            return "block" in json.loads(await asyncio.wait_for(socket.recv(), 20))
        except ConnectionClosed:
            return False


def visit() -> tuple[set[int], bool, bool]:
    """Return which processes a new visitor reaches, and whether landmarks reach it with the cookie and without."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def got(name: str) -> dict[str, object]:
        with browser.open(f"{ADDRESS}/bench/{name}", timeout=40) as answer:
            return dict(json.load(answer))

    ticket = str(got("ticket")["ticket"])
    reached = {int(str(got("told")["pid"])) for _ in range(ASKED)}
    cookie = "; ".join(f"{one.name}={one.value}" for one in jar)
    return reached, asyncio.run(linked(ticket, cookie)), asyncio.run(linked(ticket, ""))


def main() -> None:
    """Print what became of the visitors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--caddy", default="caddy")
    caddy = parser.parse_args().caddy
    with tempfile.TemporaryDirectory() as place, contextlib.ExitStack() as stack:
        folder, hosts = Path(place), list[str]()
        for name in ("one", "other"):
            (folder / name).mkdir()
            app = browser_app.started(folder / name / "log", folder / name / "data", Path(many_app.__file__))
            hosts.append(urlsplit(stack.enter_context(app)[1]).netloc)
        with balanced(caddy, folder, hosts):
            seen = [visit() for _ in range(VISITORS)]
    print(f"{sum(len(reached) == 1 for reached, _, _ in seen)} of {VISITORS} visitors stayed with one process;")
    print(f"{len(set.union(*(reached for reached, _, _ in seen)))} processes were used;")
    kept, without = sum(one for _, one, _ in seen), sum(one for *_, one in seen)
    print(f"landmarks reached it {kept} times with the cookie, {without} without.")


if __name__ == "__main__":
    main()
