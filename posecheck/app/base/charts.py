"""Altair, with pandas imported whole before it.

Altair looks at whatever of pandas is imported already. While another visitor's page is just importing it that is half
of pandas, and the page would end in an error; an import here waits for the other one.
"""

from importlib import import_module

import_module("pandas")

import altair as alt  # noqa: E402 - after pandas, which is the point of this module

__all__ = ["alt"]
