"""Which action a request asks for, and what must hold before it runs."""

from collections.abc import Mapping
from typing import Any

from common.i18n import gettext as _
from encyclopedia.api.mediawiki.answers import timestamp
from encyclopedia.api.mediawiki.call import Answer, Call
from encyclopedia.api.mediawiki.credentials import csrf_token, same
from encyclopedia.api.mediawiki.failures import ApiFailure, missing_parameter
from encyclopedia.api.mediawiki.given import read, split
from encyclopedia.api.mediawiki.registry import ACTIONS
from encyclopedia.api.mediawiki.table import Module
from encyclopedia.permissions import Permission

OPEN_META = {
    "tokens",
    "userinfo",
}  # what a query may ask before anybody signed in, where reading needs a sign-in


def module_of(sent: Mapping[str, str]) -> Module:
    """Return the action's module. Raises `ApiFailure` where there is none."""
    name = sent.get("action", "")
    if name not in ACTIONS:
        message = _('Unrecognized value for parameter "action": %(name)s')
        raise ApiFailure("unknown_action" if name else "noaction", message % {"name": name[:100]})
    return ACTIONS[name]


def perform(call: Call, module: Module) -> Answer:
    """Run an action, if it may be run."""
    sent = call.sent
    _check_assertions(call, sent.get("assert", ""), sent.get("assertuser", ""))
    if not call.may(Permission.READ) and not _is_open(call, module):
        raise ApiFailure("readapidenied", _("You need read permission to use this module."))
    if (module.token or module.posted) and not call.is_post:
        message = _('The "%(name)s" module requires a POST request.') % {"name": module.name}
        raise ApiFailure("mustbeposted", message)
    if module.token:
        _check_token(call, module.token)
    given = read(module, call.sent, module.prefix, now=call.at)
    call.warn_of(module.name, given)
    answer: Answer = module.run(call, given)
    more: dict[str, Any] = {"requestid": sent["requestid"][:200]} if "requestid" in sent else {}
    return answer | more | ({"curtimestamp": timestamp(call.at)} if "curtimestamp" in sent else {})


def _is_open(call: Call, module: Module) -> bool:
    if module.name != "query":
        return module.open
    asked = {name for group in ("prop", "list", "generator") for name in split(call.sent.get(group, ""))}
    pages = {"titles", "pageids", "revids"} & call.sent.keys()
    return not asked and not pages and set(split(call.sent.get("meta", ""))) <= OPEN_META


def _check_assertions(call: Call, who: str, name: str) -> None:
    signed_in = call.actor.person_id is not None
    if who in {"user", "bot"} and not signed_in:
        raise ApiFailure("assertuserfailed", _("You are no longer logged in, so the action could not be completed."))  # fmt: skip
    if who == "bot" and not call.may(Permission.REVIEW):
        raise ApiFailure("assertbotfailed", _("You do not have the right to act as a bot."))
    if who == "anon" and signed_in:
        raise ApiFailure("assertanonfailed", _("You are logged in, so the action could not be completed."))
    if name and call.actor.name != name:
        message = _("You are not logged in as %(name)s any more.") % {"name": name}
        raise ApiFailure("assertnameduserfailed", message)


def _check_token(call: Call, kind: str) -> None:
    given = call.sent.get("token")
    if given is None:
        raise missing_parameter("token")
    if not same(given, csrf_token(call.services.settings.secret, kind, call.credential)):
        raise ApiFailure("badtoken", _("Invalid CSRF token."))
