"""Altair, with pandas imported whole before it.

Altair looks at whatever of pandas is imported already. While another visitor's page is just importing it that is half
of pandas, and the page would end in an error; an import here waits for the other one.
"""

import pandas as pd

# isort: split
import altair as alt

__all__ = ["alt", "pd"]
