"""What the browser needs for the body code: the first half of the pose model's network, and the encoder's weights.

Both are made from what is here anyway; the web build of the pose landmarker can run the first in the browser.
"""

import asyncio
import hashlib
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from posecheck.capture.pose.coding import encoder, inner_map

MOST_MS = 40.0
"""A browser that takes longer for a code goes on without: it takes 20 ms where a pose takes 30."""


def about(start: str, task: Path | None) -> dict[str, object] | None:
    """Return what the worker is told; None where the model is not one whose inner layers are known.

    Args:
        start: Where the addresses of the browser's part begin.
        task: The pose model; None where it is not here.
    """
    network = None if task is None else network_of(task)
    if network is None:
        return None
    version = encoder.load().version
    return {
        "network": f"{start}/code/{version}/{network[0]}",
        "weights": f"{start}/code/{version}/weights",
        "version": version,
        "most_ms": MOST_MS,
    }


async def answer(request: Request, task: Path | None, headers: dict[str, str]) -> Response:
    """Serve the network or the weights.

    Args:
        request: Names the encoder's version and which of both.
        task: The pose model; None where it is not here.
        headers: Those of an answer that stays the same.
    """
    content = None
    if request.path_params["version"] == encoder.load().version:
        name = request.path_params["name"]
        if name == "weights":
            content = encoder.load().weights()
        elif task is not None:
            network = await asyncio.to_thread(network_of, task)
            content = network[1] if network is not None and name == network[0] else None
    if content is None:
        return PlainTextResponse("not here", 404)
    return Response(content, media_type="application/octet-stream", headers=headers)


@cache
def network_of(task: Path) -> tuple[str, bytes] | None:
    """Return the first half of a model's network, with the start of its checksum; None where it is not known.

    Args:
        task: The pose model.
    """
    whole = inner_map.network_of(task)
    if whole is None:
        return None
    half = inner_map.first_half(whole)
    return hashlib.sha256(half).hexdigest()[:12], half
