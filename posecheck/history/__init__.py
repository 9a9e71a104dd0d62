"""Past sessions on this machine: what was judged, when, and whether it changed by more than the measurement error.

Nothing leaves the machine: the history is one SQLite file in the user's data folder (POSECHECK_DATA names another
folder), unless POSECHECK_DB names another database by its SQLAlchemy URL, e.g. postgresql://me@server/stretches.
Only the summary of a session is kept: no pictures, no landmarks, no folder names.

tables defines the tables, migrations creates and updates them, rows reads them, and store is the interface to all of
it. records validates a summary before it is stored, forget deletes a person, progress compares sessions, disability
keeps and compares the scores of a questionnaire, archive writes exports, and health connects the history to the safety
rules.
"""

from posecheck.history.database import HistoryError
from posecheck.history.disability import Score
from posecheck.history.forget import Counts
from posecheck.history.past import Lock, PastProgramme, PastSession
from posecheck.history.progress import Reading, Trend, minimal_detectable_change
from posecheck.history.store import Store, open_store

__all__ = [
    "Counts",
    "HistoryError",
    "Lock",
    "PastProgramme",
    "PastSession",
    "Reading",
    "Score",
    "Store",
    "Trend",
    "minimal_detectable_change",
    "open_store",
]
