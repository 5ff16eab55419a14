"""Expected failures: exceptions with a status and a sentence written for the reader.

Raised anywhere, rendered once (`common.web.errors`): as an HTML page for people, as RFC 9457 problem details for programs.
"""

from collections.abc import Mapping
from typing import ClassVar

from common.i18n import N_


class Problem(Exception):
    """Something that the reader can understand and act upon."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = N_("Something went wrong")

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(Problem):
    """What was given cannot be used; `fields` says which part and why."""

    status = 422
    title = N_("Please correct what was entered")

    def __init__(self, message: str, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = dict(fields or {})


class SignInNeeded(Problem):
    """Nobody is signed in, and this needs somebody."""

    status = 401
    title = N_("Please sign in")


class Forbidden(Problem):
    """The person may not do this."""

    status = 403
    title = N_("Not allowed")


class NotFound(Problem):
    """There is nothing here, or nothing that this person may see."""

    status = 404
    title = N_("Not found")


class Conflict(Problem):
    """Somebody or something was faster; nothing was lost."""

    status = 409
    title = N_("This has changed meanwhile")


class TooLarge(Problem):
    """More was sent than is taken."""

    status = 413
    title = N_("Too large")


class TooMany(Problem):
    """Too many requests; try again after `retry_after` seconds."""

    status = 429
    title = N_("Please wait a moment")

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(Problem):
    """Something that this needs does not answer now."""

    status = 503
    title = N_("Not available right now")
