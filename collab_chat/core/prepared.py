"""Texts that the software prepares for a reaction. People read, change and send them; the software sends nothing.

Nothing here says that anything *is* false: a text says what the members of a case found, under which criteria, and when.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from collab_chat.schemas.cases import ReactionKind
from common.i18n import gettext as _


@dataclass(frozen=True)
class Facts:
    """What a text may say of a case. `addresses`: the content's; `evidence`: (seq, name) pairs; `found`: criteria in words."""

    number: int
    title: str
    date: str  # of the decision, as the reader writes it
    verdict: str
    agree: int
    counted: int
    found: Sequence[str]
    addresses: Sequence[str]
    evidence: Sequence[tuple[int, str]]
    sha256: str


def prepared(kind: ReactionKind, facts: Facts) -> str:
    """Return the text for a reaction; empty where there is nothing to write."""
    writers = {
        ReactionKind.REPORT: _report,
        ReactionKind.FACT_CHECK: _fact_check,
        ReactionKind.REDIRECT: _redirect,
        ReactionKind.CONTAIN: _contain,
        ReactionKind.MINIMISE: _contain,
    }
    writer = writers.get(kind)
    return writer(facts) if writer else ""


def _report(facts: Facts) -> str:
    return _joined(
        _("Report of content: case %(number)s") % {"number": facts.number},
        _("We ask you to look at the content below under your rules. [Name the rule, and quote it.]"),
        _listed(_("Addresses"), facts.addresses),
        _finding(facts),
        _listed(_("What we found"), facts.found),
        _listed(
            _("Captures that we kept, which we can give you"),
            [f"#{seq} {name}" for seq, name in facts.evidence],
        ),
        _("We would like an answer with your reasons. [Name, organisation, address]"),
    )


def _fact_check(facts: Facts) -> str:
    return _joined(
        _("[The fact, in one sentence.]"),
        _("A claim is being shared: [in one sentence, without its picture or headline]."),
        _("[Why it misleads, in plain words.]"),
        _("[The fact again.]"),
        _finding(facts),
        _listed(
            _("Sources, with their dates"),
            [f"[…] (#{seq} {name})" for seq, name in facts.evidence] or ["[…]"],
        ),
    )


def _redirect(facts: Facts) -> str:
    return _joined(
        _("[What people are looking for, answered in one sentence.]"),
        _("You find it here: [address of the authority or of a good explanation]"),
        _("(Internal: case %(number)s. Do not link or quote the content itself.)") % {"number": facts.number},
    )


def _contain(facts: Facts) -> str:
    return _joined(
        _("To our partners: case %(number)s, “%(title)s”") % {"number": facts.number, "title": facts.title},
        _("Please do not share, quote or link the content, not even to deny it."),
        _finding(facts),
        _("If you are asked: [one sentence]. If you see it elsewhere: tell us, with the address."),
    )


def _finding(facts: Facts) -> str:
    return _(
        "Members of %(agree)s of %(counted)s organisations came to the same finding on %(date)s: %(verdict)s. The record’s hash is %(sha256)s."
    ) % {
        "agree": facts.agree,
        "counted": facts.counted,
        "date": facts.date,
        "verdict": facts.verdict.lower(),
        "sha256": facts.sha256,
    }


def _listed(title: str, lines: Sequence[str]) -> str:
    return "\n".join([f"{title}:", *(f"- {one}" for one in lines)]) if lines else ""


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
