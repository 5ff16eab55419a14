"""Telling people from programs without a riddle: a field that people do not see, and the time that writing takes.

Nothing is kept about the sender: how often an address sends is counted in memory for an hour, and nowhere else.
"""

from fastapi import Request
from itsdangerous import BadSignature, URLSafeSerializer

from common.accounts.viewer import address_of, limit
from common.errors import Invalid
from common.i18n import gettext as _
from common.web.services import Services

LEAST_SECONDS = 4.0  # nobody reads a form and writes a sentence in less
MOST_SECONDS = 24 * 3600.0
TRAP = "website"  # programs fill it in
PER_HOUR = 6
HOUR = 3600.0


def began_now(app: Services) -> str:
    """Return a signed mark of when a form was opened."""
    return str(_signer(app).dumps(app.clock().timestamp()))


def began_again(app: Services, values: dict[str, str]) -> str:
    """Return the mark that a form came with, where it holds, or a new one."""
    return values["began"] if _age(app, values) is not None else began_now(app)


def refuse_programs(request: Request, app: Services, values: dict[str, str]) -> None:
    """Raise where a form was not filled in by a person, or too often from one address.

    Raises:
        Invalid: the hidden field is filled in, or the form was sent too quickly or too late.
        TooMany: more than a person sends in an hour.
    """
    if values.get(TRAP):
        raise Invalid(_("This was not sent: a field that must stay empty was filled in."))
    age = _age(app, values)
    if age is None or age > MOST_SECONDS:
        raise Invalid(_("This form was open for long. Look it over, and send it again."))
    if age < LEAST_SECONDS:
        raise Invalid(_("That was quick. Look it over, and send it again in a moment."))
    limit(app.limiter, f"suggest:{address_of(request)}", PER_HOUR, HOUR)


def _age(app: Services, values: dict[str, str]) -> float | None:
    try:
        began = float(_signer(app).loads(values.get("began", "")))
    except (BadSignature, TypeError, ValueError):
        return None
    age = app.clock().timestamp() - began
    return age if age >= 0 else None


def _signer(app: Services) -> URLSafeSerializer:
    return URLSafeSerializer(app.settings.secret, "form opened")
