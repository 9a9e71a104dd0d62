"""The app for tests of the connection for landmarks: as it is served, and with a ticket for everybody who asks."""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from streamlit.starlette import App

from posecheck.app import server
from posecheck.app.streaming.feed import Feed, Wish
from posecheck.app.streaming.inpage import routes, tickets
from posecheck.stretches.library import find_stretch

_feeds: list[Feed] = []


async def _ticket(_: Request) -> JSONResponse:
    feed = Feed()
    feed.want(Wish(find_stretch("chair-twist")))
    _feeds.append(feed)
    return JSONResponse({"ticket": tickets.issue(feed)})


app = App(server.script(), routes=[Route("/ticket", _ticket), *routes.routes()])
