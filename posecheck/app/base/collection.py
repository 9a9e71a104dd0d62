"""Keep Python's garbage collection short, which stops all threads of the server while it works."""

import gc
from functools import cache


@cache
def settle() -> None:
    """Exclude all objects that exist by now from garbage collection, once.

    Streamlit runs a full collection after each run of a fragment: on the live page three times a second, and twice for
    each visitor who looks at the progress of an analysis or waits for their turn. Each time, everything else stopped
    for a tenth of a second: the pictures of all viewers, and the analysis that the others wait for.
    """
    gc.collect()
    gc.freeze()
