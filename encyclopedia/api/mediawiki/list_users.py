"""`list=users`: people who have written here, by name."""

from typing import Any

from encyclopedia.api.mediawiki.answers import timestamp
from encyclopedia.api.mediawiki.call import Call
from encyclopedia.api.mediawiki.given import Given
from encyclopedia.api.mediawiki.table import Listing, Module, Parameter
from encyclopedia.permissions import Permission
from encyclopedia.queries.mediawiki.people import known_people, person_number
from encyclopedia.queries.people import block_of


def users(call: Call, given: Given) -> Listing:
    """Tell of people; whoever has never written is missing, as if there was nobody of that name."""
    wanted = set(given.texts("prop"))
    known = known_people(call.session, call.actor, given.texts("users"))
    items: list[dict[str, Any]] = []
    for name in given.texts("users"):
        person = known.get(name)
        if person is None:
            items.append({"name": name, "missing": True})
            continue
        item: dict[str, Any] = {"userid": person_number(person.id), "name": name}
        item |= {"editcount": person.edits} if "editcount" in wanted else {}
        item |= {"registration": timestamp(person.joined_at)} if "registration" in wanted else {}
        item |= {"groups": ["*", "user"]} if "groups" in wanted else {}
        item |= {"implicitgroups": ["*", "user"]} if "implicitgroups" in wanted else {}
        item |= {"rights": ["read"]} if "rights" in wanted else {}
        item |= {"emailable": False} if "emailable" in wanted else {}
        item |= {"gender": "unknown"} if "gender" in wanted else {}
        if "blockinfo" in wanted and call.may(Permission.REVIEW):
            block = block_of(call.session, person.id, at=call.at)
            if block is not None:
                item |= {"blockid": block.id, "blockedby": block.by_name, "blockreason": block.reason}
                item["blockexpiry"] = timestamp(block.until) if block.until else "infinite"
        items.append(item)
    return Listing(items)


MODULE = Module(
    "users",
    "list",
    (
        Parameter(
            "prop",
            ("blockinfo", "groups", "groupmemberships", "implicitgroups", "rights", "editcount", "registration",
             "emailable", "gender", "centralids", "cancreate"),
            multi=True,
        ),
        Parameter("attachedwiki"),
        Parameter("users", "user", multi=True),
        Parameter("userids", "integer", multi=True),
    ),
    users,
    prefix="us",
)  # fmt: skip
