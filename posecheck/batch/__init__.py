"""Many recordings at once: one result folder each, one table over all, and a page to find one's way.

manifest.py says what is to be done, tasks.py does one recording wherever it runs, executors.py and dask_cluster.py
run tasks, run.py brings them together, table.py and index.py write what came out.
"""

from posecheck.batch.run import Batch, run

__all__ = ["Batch", "run"]
