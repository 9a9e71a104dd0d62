"""What is computed once from an object, and kept in memory exactly as long as the object is."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

Given = ParamSpec("Given")
Of = TypeVar("Of")
Result = TypeVar("Result")


def derived(compute: Callable[Concatenate[Of, Given], Result]) -> Callable[Concatenate[Of, Given], Result]:
    """Compute a result once for each object and each further arguments.

    A cache of the last so many objects would hold those of people who have left, or forget those of people who are
    still there. Safe in any thread; two that ask at once may both compute.

    Args:
        compute: Its first argument is told from others by identity and can be referenced weakly, the others are
            hashable. The result must not refer to the first argument, which would then never end.
    """
    kept: WeakKeyDictionary[Any, dict[Any, Result]] = WeakKeyDictionary()

    @wraps(compute)
    def result(of: Of, /, *given: Given.args, **named: Given.kwargs) -> Result:
        results = kept.get(of)
        if results is None:
            results = kept.setdefault(of, {})
        key = (given, *named.items()) if named else given
        if key not in results:
            results[key] = compute(of, *given, **named)
        return results[key]

    return result
