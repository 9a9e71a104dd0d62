"""Keep out of the server's log that a browser went away: Streamlit then answers into the closed connection.

It logs the failure with a traceback, as an error of the server, which it is not: tabs are closed and phones sleep.
"""

import logging

LOGGERS = ("uvicorn.error", "streamlit.web.server.starlette.starlette_websocket")
KINDS = ("WebSocketDisconnect", "WebSocketDisconnected", "ClientDisconnected")
"""Names of the exceptions of Starlette and Uvicorn; older ones raise a RuntimeError that has only its words."""
WORDS = ("once a close message has been sent", "WebSocket is not connected")


class _Gone(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return True
        told = isinstance(error, RuntimeError) and any(words in str(error) for words in WORDS)
        return not told and type(error).__name__ not in KINDS


_gone = _Gone()


def keep_quiet() -> None:
    """Leave such records out from now on; harmless when repeated."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_gone)
