"""What is worked out once of an object that stays the same for many frames, such as a neutral."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Remembered(Generic[T, R]):
    """Call a function once for each object, told apart by identity: arrays have neither hash nor equality."""

    def __init__(self, work: Callable[[T], R], most: int = 32) -> None:
        """most: objects remembered; then all are forgotten."""
        self._work, self._most = work, most
        self._known: dict[int, tuple[T, R]] = {}

    def __call__(self, of: T) -> R:
        """Return what the function makes of an object."""
        known = self._known.get(id(of))
        if known is None:
            if len(self._known) >= self._most:
                self._known.clear()
            known = self._known[id(of)] = of, self._work(of)  # the object is kept, so that its id stays its own
        return known[1]
