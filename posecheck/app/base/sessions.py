"""Streamlit's sessions: one for each open page, known by its id."""

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx


def current() -> str | None:
    """Return the id of the session that runs this; None outside one."""
    context = get_script_run_ctx(suppress_warning=True)
    return None if context is None else context.session_id


def is_open(session: str) -> bool:
    """Return whether the page of a session is open in a browser; True where there is no server that could tell."""
    return not runtime.exists() or bool(runtime.get_instance().is_active_session(session))


def forget(session: str) -> None:
    """Let Streamlit drop a session whose page was closed, with its uploads and films, which it holds in memory.

    Streamlit itself keeps it until two minutes have passed and then another page is closed. The server's event loop,
    where a session has to be closed, is not among what Streamlit offers; streamlit-webrtc finds it in the same way.
    """
    if not runtime.exists():
        return
    server = runtime.get_instance()

    def close() -> None:
        if not server.is_active_session(session):
            server.close_session(session)

    server._get_async_objs().eventloop.call_soon_threadsafe(close)
