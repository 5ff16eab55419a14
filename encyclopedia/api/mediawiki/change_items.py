"""Revisions and lines of the log, as lists of changes have them."""

from collections.abc import Mapping
from typing import Any

from encyclopedia.api.mediawiki.answers import timestamp
from encyclopedia.core.wiki_titles import Namespace, WikiTitle, name_of
from encyclopedia.models import LogLine, Revision
from encyclopedia.queries.mediawiki import changes
from encyclopedia.queries.mediawiki.changes import Happened
from encyclopedia.queries.mediawiki.pages import WikiPage
from encyclopedia.queries.mediawiki.people import person_number


def revision_item(
    each: Happened, revision: Revision, page: WikiPage, wanted: set[str], *, sees_patrol: bool
) -> dict[str, Any]:
    """Return a revision as these lists have it."""
    number = person_number(revision.author_id)
    known: dict[str, dict[str, Any]] = {
        "title": {"ns": 0, "title": str(page.title)},
        "ids": {
            "pageid": page.id,
            "revid": revision.id,
            "old_revid": revision.parent_id or 0,
            "parentid": revision.parent_id or 0,
            "rcid": each.mark.number,
        },
        "user": {"user": revision.author_name},
        "userid": {"userid": number},
        "flags": {"minor": revision.minor, "bot": revision.bot, "new": revision.number == 1},
        "sizes": {"oldlen": revision.bytes_before, "newlen": revision.bytes},
        "size": {"size": revision.bytes},
        "sizediff": {"sizediff": revision.bytes - revision.bytes_before},
        "timestamp": {"timestamp": timestamp(revision.at)},
        "comment": {"comment": revision.summary},
        "parsedcomment": {"parsedcomment": revision.summary.replace("&", "&amp;").replace("<", "&lt;")},
        "tags": {"tags": [] if revision.origin == "edit" else [revision.origin]},
        "sha1": {"sha1": revision.sha1},
        "redirect": {},
    }
    item: dict[str, Any] = {"type": "new" if revision.number == 1 else "edit"}
    for name, facts in known.items():
        item |= facts if name in wanted else {}
    if "patrolled" in wanted and sees_patrol:
        patrolled = revision.patrolled_at is not None
        item |= {"patrolled": patrolled, "unpatrolled": not patrolled, "autopatrolled": False}
    return item


def line_item(
    each: Happened, line: LogLine, mains: Mapping[int, WikiPage], wanted: set[str]
) -> dict[str, Any]:
    """Return a line of the log as recent changes have it."""
    item = log_item(line, mains, wanted | {"type", "details"} if "loginfo" in wanted else wanted - {"type"})
    item |= {"type": "log"}
    if "ids" in wanted:
        item |= {"revid": 0, "old_revid": 0, "rcid": each.mark.number}
    if "loginfo" in wanted:
        type_, action = changes.log_type(line.action)
        item |= {"logid": line.id, "logtype": type_, "logaction": action, "logparams": _details(line)}
    if "sizes" in wanted:
        item |= {"oldlen": 0, "newlen": 0}
    if "flags" in wanted:
        item |= {"minor": False, "bot": False, "new": False}
    return item


def log_item(line: LogLine, mains: Mapping[int, WikiPage], wanted: set[str]) -> dict[str, Any]:
    """Return a line of the log."""
    type_, action = changes.log_type(line.action)
    page = mains.get(line.entry_id) if line.entry_id is not None else None
    namespace = Namespace.MAIN
    if type_ == "block":
        namespace = Namespace.USER
    elif "file" in line.action or type_ == "upload":
        namespace = Namespace.FILE
    name = name_of(
        line.title, page.title.name if page else line.title
    )  # what cannot be a title is called as its page
    title = str(WikiTitle(namespace, name if namespace == Namespace.MAIN else line.title))
    known: dict[str, dict[str, Any]] = {
        "ids": {
            "logid": line.id,
            "pageid": page.id if page else 0,
            "logpage": page.id if page else 0,
            "revid": 0,
        },
        "title": {"ns": int(namespace), "title": title},
        "type": {"type": type_, "action": action},
        "details": {"params": _details(line)},
        "user": {"user": line.actor_name},
        "userid": {"userid": person_number(line.actor_id)},
        "timestamp": {"timestamp": timestamp(line.at)},
        "comment": {"comment": line.comment},
        "parsedcomment": {"parsedcomment": line.comment.replace("&", "&amp;").replace("<", "&lt;")},
        "tags": {"tags": []},
    }
    return {key: value for name, facts in known.items() if name in wanted for key, value in facts.items()}


def _details(line: LogLine) -> dict[str, Any]:
    """Return what MediaWiki tells of some actions, and of others nothing: details may name people."""
    if line.action == "renamed":
        return {"target_ns": 0, "target_title": line.details.get("new_title", "")}
    if line.action == "protected":
        level = str(line.details.get("protection", ""))
        return {
            "description": level,
            "details": [{"type": "edit", "level": level, "expiry": "infinite"}],
        }
    if line.action == "blocked":
        return {"duration": line.details.get("until") or "infinity", "flags": []}
    return {}
