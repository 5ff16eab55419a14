"""`meta=userinfo` and `meta=tokens`: who asks, what they may do, and what goes with what they write."""

from typing import Any

from encyclopedia.actions.guard import standing_block
from encyclopedia.api.mediawiki.answers import timestamp
from encyclopedia.api.mediawiki.call import Call
from encyclopedia.api.mediawiki.credentials import csrf_token, login_tokens
from encyclopedia.api.mediawiki.given import Given
from encyclopedia.api.mediawiki.rights import groups_of, rights_of
from encyclopedia.api.mediawiki.table import Module, Parameter
from encyclopedia.queries.mediawiki.people import edits_of, has_news, person_number

TOKENS = ("createaccount", "csrf", "login", "patrol", "rollback", "userrights", "watch")
NOBODY = "Anonymous"  # MediaWiki shows the network address here; ours is not told to anybody


def user_info(call: Call, given: Given) -> dict[str, Any]:
    """Tell who asks."""
    wanted = set(given.texts("prop"))
    person_id = call.actor.person_id
    info: dict[str, Any] = {"id": person_number(person_id), "name": call.actor.name or NOBODY}
    if person_id is None:
        info["anon"] = True
    info |= {"groups": groups_of(call.actor)} if "groups" in wanted else {}
    info |= {"implicitgroups": ["*", "user"]} if "implicitgroups" in wanted else {}
    info |= {"rights": rights_of(call.actor)} if "rights" in wanted else {}
    info |= {"ratelimits": {}} if "ratelimits" in wanted else {}
    info |= {"options": {}} if "options" in wanted else {}
    if person_id is not None:
        info |= {"editcount": edits_of(call.session, person_id)} if "editcount" in wanted else {}
        info |= {"messages": True} if "hasmsg" in wanted and has_news(call.session, person_id) else {}
        info |= _block(call) if "blockinfo" in wanted else {}
    return info


def _block(call: Call) -> dict[str, Any]:
    block = standing_block(call.session, call.actor, at=call.at)
    if block is None:
        return {}
    return {
        "blockid": block.id,
        "blockedby": block.by_name,
        "blockreason": block.reason,
        "blockedtimestamp": timestamp(block.at),
        "blockexpiry": timestamp(block.until) if block.until else "infinite",
    }


def tokens(call: Call, given: Given) -> dict[str, str]:
    """Give tokens."""
    secret = call.services.settings.secret
    found = {}
    for kind in given.texts("type"):
        if kind == "login":
            found["logintoken"] = login_tokens(secret, call.at)[0]
        elif kind != "createaccount":
            found[f"{kind}token"] = csrf_token(secret, kind, call.credential)
    return found


MODULES = (
    Module(
        "userinfo",
        "meta",
        (
            Parameter(
                "prop",
                ("blockinfo", "hasmsg", "groups", "groupmemberships", "implicitgroups", "rights", "changeablegroups",
                 "options", "editcount", "ratelimits", "email", "realname", "acceptlang", "registrationdate",
                 "unreadcount", "centralids", "latestcontrib", "cancreateaccount"),
                multi=True,
            ),
            Parameter("attachedwiki"),
        ),
        user_info,
        prefix="ui",
    ),
    Module("tokens", "meta", (Parameter("type", TOKENS, multi=True, default="csrf"),), tokens),
)  # fmt: skip
