"""A draft of a case study for the encyclopedia. Nobody's name stands in it; what only people can say stands in brackets."""

from collections.abc import Mapping

from collab_chat.core.outputs.after_action import marking_line, plain
from collab_chat.core.outputs.case_file import CaseFile
from common.i18n import gettext as _


def lead_of(case: CaseFile) -> str:
    """Return the draft's first paragraph."""
    return " ".join(case.summary.split()) or _("[What happened, in two sentences.]")


def body_of(case: CaseFile, techniques: Mapping[str, str]) -> str:
    """Return the draft's text in Markdown, headings from the second level."""
    names = {"actor": _("Actor"), "behaviour": _("Behaviour"), "content": _("Content"), "degree": _("Degree"), "effect": _("Effect")}  # fmt: skip
    parts = [
        f"## {_('What happened')}",
        plain(case.summary) or _("[What happened, in what order.]"),
        "\n".join(f"- **{names.get(key, key)}**: {plain(text)}" for key, text in case.abcde.items()),
        f"## {_('How it was qualified')}",
        _qualified(case),
        f"## {_('Techniques')}" if case.techniques else "",
        "\n".join(f"- {one} {plain(techniques.get(one, ''))}".rstrip() for one in case.techniques),
        f"## {_('What was done')}",
        "\n".join(f"- {plain(one.name)}: {plain(one.why)}" for one in case.reactions) or _("[What was done, and with what effect.]"),
        f"## {_('What can be learnt')}",
        _("[To be written.]"),
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part) + "\n"


def write_case_study(case: CaseFile, techniques: Mapping[str, str]) -> str:
    """Return the draft as a Markdown file."""
    head = [f"# {plain(case.title)}", f"**{plain(marking_line(case))}** · {_('Draft')}"]
    return "\n\n".join([*head, plain(lead_of(case)), body_of(case, techniques)])


def _qualified(case: CaseFile) -> str:
    decided = case.decided
    if decided is None:
        return _("[It has not been qualified.]")
    said = _("%(agree)s of %(counted)s organisations took it for: %(verdict)s.") % {
        "agree": decided.agree,
        "counted": decided.counted,
        "verdict": plain(decided.verdict_name.lower()),
    }
    others = sum(1 for _one in decided.dissent)
    return said + (" " + _("%(count)s sheets said otherwise.") % {"count": others} if others else "")
