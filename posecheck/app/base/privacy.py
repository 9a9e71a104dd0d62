"""Whether the app runs on the visitor's own machine: only there may it keep what it is asked to keep."""

import os
from pathlib import Path

import streamlit as st

from posecheck.core.paths import user_data

SHARED = "POSECHECK_SHARED"
"""Set to 1 where more than one person uses the app: then nothing is kept beyond a visit."""
LOCAL = {"localhost", "127.0.0.1", "[::1]"}
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")


def private() -> bool:
    """Return whether browser and app are on one machine; a proxy between them means that they may not be."""
    if os.environ.get(SHARED, "") not in ("", "0"):
        return False
    headers = st.context.headers
    host = headers.get("Host")
    if any(headers.get(name) for name in FORWARDED):
        return False
    return host is None or host.rpartition(":")[0] in LOCAL or host in LOCAL


def data_folder() -> Path:
    """Return where this machine keeps what belongs to its user; POSECHECK_DATA names another place."""
    return user_data()
