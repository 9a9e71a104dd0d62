"""What is computed from an object is computed once, and goes with the object."""

import gc
from weakref import ref

from posecheck.core.memory.derived import derived


class Body:
    """Something that other things are computed from; two of them are never the same."""


def test_it_is_computed_once_for_each_object_and_its_further_arguments() -> None:
    asked: list[tuple[Body, int]] = []

    @derived
    def half(body: Body, n: int = 2) -> int | None:
        asked.append((body, n))
        return None if n == 0 else n // 2

    one, other = Body(), Body()
    assert [half(one), half(one), half(one, 8), half(other, 8), half(one, n=8), half(one, 0), half(one, 0)] == [
        *(1, 1, 4, 4, 4, None, None)
    ]
    assert [(body is one, n) for body, n in asked] == [(True, 2), (True, 8), (False, 8), (True, 8), (True, 0)]
    asked.clear()


def test_it_goes_with_the_object() -> None:
    @derived
    def content(_: Body) -> Body:
        return Body()

    bodies = [Body() for _ in range(2000)]
    results = [ref(content(body)) for body in bodies]
    assert all(result() is not None for result in results)
    # However many others there are, nobody's is computed anew.
    assert content(bodies[0]) is results[0]()
    del bodies[1:]
    gc.collect()
    assert [result() is not None for result in results] == [True] + [False] * 1999
