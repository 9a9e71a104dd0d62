"""Many recordings at once: one result folder each, one table over all, and a page that links to each.

manifest.py lists the recordings, tasks.py analyses one recording in any process, executors.py and dask_cluster.py run
the tasks, run.py joins them, table.py and index.py write the table and the page.
"""

from posecheck.batch.run import Batch, run

__all__ = ["Batch", "run"]
