"""A stand-in for the internet: one answer for every address."""

from collections.abc import Callable
from typing import BinaryIO

Answer = Callable[[], BinaryIO]


class Net:
    """Stand in for an address: give one answer, and note what was asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.asked = answer, list[str]()

    def __call__(self, url: str, timeout: float) -> BinaryIO:
        assert 0 < timeout <= 10
        self.asked.append(url)
        return self.answer()


def refuse(error: Exception) -> Answer:
    def answer() -> BinaryIO:
        raise error

    return answer
