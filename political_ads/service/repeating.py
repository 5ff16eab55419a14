"""A whole transaction once more, where the database ended it so that another one could go on."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError

# PostgreSQL, "Error Codes" (appendix A): deadlock_detected, serialization_failure. SQLite's writers stand in line and know neither.
ENDED_FOR_ANOTHER = frozenset({"40P01", "40001"})
TIMES = 4

Asked = ParamSpec("Asked")
Given = TypeVar("Given")


def repeated(door: Callable[Asked, Given]) -> Callable[Asked, Given]:
    """Return a door that is gone through again, at most `TIMES` times in all, where its transaction met another one in a circle.

    The door must open the transaction itself and do nothing outside it that may not be done twice. Volunteers' doors may: an answer's
    `client_key` keeps it from being stored twice. Everybody locks in one order, except over several steps of one visit.
    """

    @wraps(door)
    def again(*args: Asked.args, **kwargs: Asked.kwargs) -> Given:
        for _time in range(TIMES - 1):
            try:
                return door(*args, **kwargs)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in ENDED_FOR_ANOTHER:
                    raise
        return door(*args, **kwargs)

    return again
