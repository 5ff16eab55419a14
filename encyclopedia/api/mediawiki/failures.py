"""What went wrong, in the words of MediaWiki's API: a code that clients know, and a sentence."""

from typing import Any

from common.errors import Forbidden, NotFound, Problem, SignInNeeded, TooLarge, TooMany
from common.i18n import gettext as _
from encyclopedia.actions.revisions import EditConflict

_CODES: dict[type[Problem], str] = {
    EditConflict: "editconflict",
    TooMany: "ratelimited",
    SignInNeeded: "mustbeloggedin",
    Forbidden: "permissiondenied",
    NotFound: "missingtitle",
    TooLarge: "contenttoobig",
}


class ApiFailure(Exception):
    """A request that cannot be answered as asked; `more` goes into the answer beside code and sentence."""

    def __init__(self, code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.more = code, message, more

    def body(self) -> dict[str, Any]:
        """Return the answer."""
        return {"error": {"code": self.code, "info": self.message, **self.more}}


def failure_of(problem: Problem) -> ApiFailure:
    """Return an expected failure of ours with the code that fits."""
    code = next((code for kind, code in _CODES.items() if isinstance(problem, kind)), "invaliddata")
    details = "; ".join(getattr(problem, "fields", {}).values())
    return ApiFailure(code, f"{problem.message} {details}".strip())


def missing_title() -> ApiFailure:
    """Return the failure of a page that is not there."""
    return ApiFailure("missingtitle", _("The page you specified doesn't exist."))


def missing_parameter(name: str) -> ApiFailure:
    """Return the failure of a request without something that it needs."""
    return ApiFailure("missingparam", _('The "%(name)s" parameter must be set.') % {"name": name})
