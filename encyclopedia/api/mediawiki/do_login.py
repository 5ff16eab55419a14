"""`login`, `clientlogin`, `logout`: signing in with a bot password, which is one of a person's API tokens."""

from datetime import timedelta
from typing import Any

from common.accounts.models import ApiToken, Person
from common.accounts.viewer import limit
from common.i18n import gettext as _
from encyclopedia.api.mediawiki.call import Answer, Call
from encyclopedia.api.mediawiki.credentials import (
    COOKIE,
    cookie_of,
    login_tokens,
    person_of_password,
    same,
)
from encyclopedia.api.mediawiki.failures import ApiFailure
from encyclopedia.api.mediawiki.given import Given
from encyclopedia.api.mediawiki.table import Module, Parameter
from encyclopedia.queries.mediawiki.people import person_number

TRIES, TRIES_SECONDS = 10, 300


def login(call: Call, given: Given) -> Answer:
    """Sign in; what clients call the bot's name stands behind an @, and nothing depends on it."""
    if not _holds(call, given.text("token")):
        token = login_tokens(call.services.settings.secret, call.at)[0]
        return {"login": {"result": "NeedToken", "token": token}}
    _slow_down(call)
    held = person_of_password(call.session, given.text("name"), given.text("password"), at=call.at)
    if held is None:
        return {"login": {"result": "Failed", "reason": _refusal()}}
    person = _sign_in(call, held)
    return {"login": {"result": "Success", "lguserid": person_number(person.id), "lgusername": person.name}}


def client_login(call: Call, given: Given) -> Answer:
    """Sign in, in one step."""
    if not _holds(call, given.text("logintoken")):
        raise ApiFailure("badtoken", _("Invalid CSRF token."))
    _slow_down(call)
    held = person_of_password(call.session, given.text("username"), given.text("password"), at=call.at)
    if held is None:
        failed = {"status": "FAIL", "message": _refusal(), "messagecode": "wrongpassword"}
        return {"clientlogin": failed}
    return {"clientlogin": {"status": "PASS", "username": _sign_in(call, held).name}}


def logout(call: Call, given: Given) -> Answer:  # noqa: ARG001 - every module takes what was given
    """Sign out: the client forgets its cookie."""
    call.cookies[COOKIE] = None
    return {}


def _holds(call: Call, token: str) -> bool:
    return any(same(token, each) for each in login_tokens(call.services.settings.secret, call.at))


def _slow_down(call: Call) -> None:
    limit(call.services.limiter, f"encyclopedia-login:{call.address}", TRIES, TRIES_SECONDS)


def _refusal() -> str:
    return _(
        "This name and this password do not belong together. The password is an API token of your account."
    )


def _sign_in(call: Call, held: ApiToken) -> Person:
    until = call.at + timedelta(days=call.services.settings.session_days)
    call.cookies[COOKIE] = cookie_of(call.services.settings.secret, held, until=until)
    return call.session.get_one(Person, held.person_id)


def _parameters(*names: str) -> tuple[Parameter, ...]:
    kinds: dict[str, Any] = {"password": "password"}
    return tuple(Parameter(name, kinds.get(name, "string")) for name in names)


MODULES = (
    Module(
        "login",
        "action",
        _parameters("name", "password", "domain", "token"),
        login,
        prefix="lg",
        posted=True,
        open=True,
    ),
    Module(
        "clientlogin",
        "action",
        (
            *_parameters("logintoken", "loginreturnurl", "username", "password", "rememberMe", "domain"),
            Parameter("logincontinue", "boolean"),
            Parameter("loginpreservestate", "boolean"),
        ),
        client_login,
        posted=True,
        open=True,
    ),
    Module("logout", "action", (), logout, token="csrf", open=True),  # noqa: S106 - a kind of token
)
