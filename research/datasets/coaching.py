"""All scripts of the coached stretches, and the stretches themselves."""

from posecheck.stretches.library import all_stretches
from research.datasets.coaching_leans import ARCHES
from research.datasets.coaching_others import OTHERS
from research.datasets.coaching_twists import TWISTS

COACHED = {stretch.id: stretch for stretch in all_stretches().values() if stretch.advice != "block"}
"""The stretches that are coached, by id."""
ROWS = [*TWISTS, *ARCHES, *OTHERS]
"""Every script, in the order of its table."""
