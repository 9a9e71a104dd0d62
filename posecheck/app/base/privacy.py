"""Whether the app runs on the visitor's own machine: only there may it store data beyond the visit."""

import ipaddress
import os
from pathlib import Path

import streamlit as st

from posecheck.core.paths import user_data

SHARED = "POSECHECK_SHARED"
"""Environment variable to set to 1 where more than one person uses the app: nothing is then kept beyond a visit."""
LOCAL = {"localhost", "127.0.0.1", "[::1]"}
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")


def private() -> bool:
    """Return whether browser and app are on the same machine; False behind a proxy, where this is not certain."""
    if os.environ.get(SHARED, "") not in ("", "0"):
        return False
    # Who comes over the network may call this machine what they like; Streamlit gives no address for this machine.
    if st.context.ip_address is not None:
        return False
    headers = st.context.headers
    host = headers.get("Host")
    if any(headers.get(name) for name in FORWARDED):
        return False
    return host is None or host.rpartition(":")[0] in LOCAL or host in LOCAL


def visitor() -> str:
    """Return whose connection this is, to count what one visitor asks for; empty on the visitor's own machine.

    That is the address that the proxy in front of the app names last. Of an IPv6 address the first half counts, because
    one connection has all the addresses of the other half.
    """
    named = str(st.context.headers.get(FORWARDED[0]) or "").rpartition(",")[2].strip() or st.context.ip_address or ""
    try:
        address = ipaddress.ip_address(named)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def data_folder() -> Path:
    """Return the folder for this user's data on this machine; POSECHECK_DATA names another one."""
    return user_data()
