"""Past sessions on this machine: what was judged, when, and whether it changed by more than can be measured.

Nothing leaves the machine: the history is one SQLite file in the user's data folder (POSECHECK_DATA names another
folder), unless POSECHECK_DB names another database by its SQLAlchemy URL, e.g. postgresql://me@server/stretches.
No picture, no landmark and no folder's name is kept, only the summary of a session.

tables -> migrations -> rows -> store; records checks what is put in, forget takes a person out, progress compares
readings.
"""

from posecheck.history.database import HistoryError
from posecheck.history.forget import Counts
from posecheck.history.progress import Reading, Trend, minimal_detectable_change
from posecheck.history.store import Lock, PastSession, Store, open_store

__all__ = [
    "Counts",
    "HistoryError",
    "Lock",
    "PastSession",
    "Reading",
    "Store",
    "Trend",
    "minimal_detectable_change",
    "open_store",
]
