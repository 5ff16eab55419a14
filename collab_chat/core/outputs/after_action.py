"""The after-action report: what happened, who saw it how, what was decided, with which evidence, in what time.

Written once, as Markdown; the page, the PDF and the file are the same text. The JSON holds the case file itself.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import orjson
import typst

from collab_chat.core.decisions import alpha_words
from collab_chat.core.outputs.case_file import CaseFile, EvidenceLine, RoundRecord
from collab_chat.core.report_markup import literal, quoted, report_typst
from common.i18n import gettext as _
from common.i18n import ngettext

FORMAT = "collab_chat.after_action/1"
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")
_SETTING = """\
#set document(title: {title}, date: none)
#set page(paper: "a4", margin: (x: 20mm, top: 24mm, bottom: 22mm), numbering: "1",
  header: align(center)[#set text(size: 9pt, weight: 700); {marking}],
  footer: context [#set text(size: 7.5pt, fill: luma(35%)); #grid(columns: (1fr, auto), column-gutter: 8pt, {foot}, counter(page).display("1 / 1", both: true))])
#set text(font: "Libertinus Serif", size: 10pt, lang: {language}, hyphenate: true)
#set par(leading: 0.6em, spacing: 0.9em)
#show heading: set block(above: 1.2em, below: 0.6em)
#show table: set text(size: 8.5pt)
#show table: set par(justify: false)
#set table(align: left, inset: 4pt)
"""


def marking_line(case: CaseFile) -> str:
    """Return what stands above every page: the marking, and EXERCISE where it is one."""
    return f"{_('EXERCISE')} · {case.marking.label}" if case.exercise else case.marking.label


def write_json(case: CaseFile) -> bytes:
    """Return the case file as JSON."""
    return orjson.dumps(
        {"format": FORMAT, "tlp": case.marking.label, "case": case}, option=orjson.OPT_INDENT_2
    )


def write_pdf(case: CaseFile) -> bytes:
    """Return the report as PDF, set by Typst with the fonts that it brings along."""
    foot = _("Case %(number)s · %(head)s · made on %(at)s") % {
        "number": case.number,
        "head": case.log.hash[:16],
        "at": _moment(case.made_at),
    }
    setting = _SETTING.format(
        title=literal(case.title), marking=quoted(marking_line(case)), foot=literal(foot), language=literal(case.language)
    )  # fmt: skip
    output = typst.compile(
        (setting + report_typst(write_markdown(case))).encode(), format="pdf", ignore_system_fonts=True
    )
    if not isinstance(output, bytes):  # several files come only where pictures are asked for
        raise TypeError(type(output).__name__)
    return output


def write_markdown(case: CaseFile) -> str:
    """Return the report as Markdown."""
    parts = [
        *_head(case),
        *_times(case),
        *(line for one in case.rounds for line in _round(one)),
        *_done(case),
        *_report(case),
        *_evidence(case),
        *_timeline(case),
        *_foot(case),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def plain(text: str) -> str:
    """Return text that Markdown takes as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _head(case: CaseFile) -> Iterable[str]:
    yield f"# {plain(_('After-action report: case %(number)s') % {'number': case.number})}"
    yield f"**{plain(marking_line(case))}**"
    if case.exercise:
        yield plain(_("This was an exercise. Nothing in it is real."))
    yield f"**{plain(case.title)}**"
    yield plain(case.summary)
    facts = [
        (_("Status"), case.status_name),
        (_("Severity"), case.severity_name),
        (_("Harm"), "" if case.harm is None else _("%(value)s of 4") % {"value": case.harm}),
        (_("Breakout"), "" if case.breakout is None else _("%(value)s of 6") % {"value": case.breakout}),
        (_("Opened"), _moment(case.opened_at)),
        (_("DISARM techniques"), ", ".join(case.techniques)),
    ]
    yield _table((_("What"), ""), [one for one in facts if one[1]])
    if case.abcde:
        names = {"actor": _("Actor"), "behaviour": _("Behaviour"), "content": _("Content"), "degree": _("Degree"), "effect": _("Effect")}  # fmt: skip
        yield f"## {_('What is known of it')}"
        yield "\n".join(f"- **{names.get(key, key)}**: {plain(text)}" for key, text in case.abcde.items())
    yield f"## {_('Who took part')}"
    rows = [(one.name, str(one.people), str(one.active)) for one in case.organisations]
    yield _table((_("Organisation"), _("People"), _("Who acted")), rows)


def _times(case: CaseFile) -> Iterable[str]:
    if not case.spans:
        return
    yield f"## {_('Times')}"
    rows = [
        (one.name, _duration(one.seconds) if one.seconds is not None else _("not done"), _duration(one.limit), _("late") if one.late else _("in time"))
        for one in case.spans
    ]  # fmt: skip
    yield _table((_("Step"), _("Took"), _("Limit"), ""), rows)


def _round(one: RoundRecord) -> Iterable[str]:
    yield f"## {_('Qualification, round %(number)s') % {'number': one.number}}"
    if one.verdict is None:
        yield ngettext(
            "%(num)s sheet was cast. It stays sealed until the round is decided.",
            "%(num)s sheets were cast. They stay sealed until the round is decided.",
            one.sheets,
        ) % {"num": one.sheets}
        return
    said = _("**%(verdict)s**: %(agree)s of %(counted)s organisations agree.") % {
        "verdict": plain(one.verdict_name),
        "agree": one.agree,
        "counted": one.counted,
    }
    yield f"{said} {alpha_words(one.alpha, '' if one.alpha is None else f'{one.alpha:.2f}')}"
    if one.rows:
        yield _table((_("Criterion"), *one.columns), [(name, *cells) for name, cells in one.rows])
    if one.dissent:
        yield f"### {_('Dissent')}"
        yield "\n".join(
            f"- {plain(d.who)}: **{plain(d.verdict_name)}**. {plain(d.reason)}" for d in one.dissent
        )
    if one.objections:
        yield f"### {_('Objections')}"
        yield "\n".join(f"- {plain(line)}" for line in one.objections)
    decided = _moment(one.decided_at) if one.decided_at else "–"
    yield _("Decided on %(at)s. Record: SHA-256 `%(hash)s`.") % {"at": decided, "hash": one.sha256}


def _done(case: CaseFile) -> Iterable[str]:
    yield f"## {_('Reaction')}"
    if not case.reactions:
        yield _("None was decided.")
    for one in case.reactions:
        yield f"- **{plain(one.name)}** ({_moment(one.at)}, {plain(one.by)}): {plain(one.why)}"
    if case.attributions:
        yield f"## {_('Attribution')}"
        yield "\n".join(f"- **{plain(one.actor)}**, {plain(one.confidence)} ({_moment(one.at)}): {plain(one.why)}" for one in case.attributions)  # fmt: skip
    if case.tasks:
        yield f"## {_('Tasks')}"
        rows = [(one.text, one.owner or "–", _moment(one.due) if one.due else "–", _moment(one.done_at) if one.done_at else _("open")) for one in case.tasks]  # fmt: skip
        yield _table((_("What"), _("By whom"), _("Due"), _("Done")), rows)


def _report(case: CaseFile) -> Iterable[str]:
    if case.report is None:
        return
    yield f"## {_('Situation report, version %(number)s') % {'number': case.report.number}}"
    yield re.sub(r"(?m)^(#{1,4})(?=\s)", r"##\1", case.report.text)  # beneath our own headings
    yield f"SHA-256 `{case.report.sha256}`"


def _evidence(case: CaseFile) -> Iterable[str]:
    yield f"## {_('Evidence')}"
    if not case.evidence:
        yield _("None.")
    yield "\n".join(_evidence_line(one) for one in case.evidence)


def _evidence_line(one: EvidenceLine) -> str:
    hashes = [
        f"{name} `{digest}`"
        for name, digest in (
            (_("file"), one.file_sha256),
            (_("page"), one.body_sha256),
            ("WARC", one.warc_sha256),
        )
        if digest
    ]
    what = f"{plain(one.title)} {plain(one.url) if one.url != one.title else ''}".strip()
    note = f" {plain(one.note)}" if one.note else ""
    stamped = f" {_('with an RFC 3161 timestamp')}" if one.timestamped else ""
    return f"- #{one.seq} {what}.{note} {one.tlp.label}. SHA-256: {', '.join(hashes) or '–'}{stamped}"


def _timeline(case: CaseFile) -> Iterable[str]:
    yield f"## {_('Timeline')}"
    yield "\n".join(f"- {_moment(one.at)} · #{one.seq} · {plain(one.text)}" for one in case.timeline)


def _foot(case: CaseFile) -> Iterable[str]:
    yield f"## {_('About this report')}"
    said = [
        _("Made on %(at)s by %(who)s for readers of %(audience)s.") % {"at": _moment(case.made_at), "who": plain(case.made_by), "audience": case.audience.label},
        ngettext("%(num)s thing bears a narrower marking and is left out.", "%(num)s things bear a narrower marking and are left out.", case.left_out) % {"num": case.left_out},
        ngettext("%(num)s thing was not for whoever made this report.", "%(num)s things were not for whoever made this report.", case.kept_back) % {"num": case.kept_back},
        "" if case.names else _("People’s names are left out."),
        _("The room’s log stood at event %(seq)s, SHA-256 `%(hash)s`.") % {"seq": case.log.seq, "hash": case.log.hash},
        _("To check it: take the log from the room as JSON, and run `disinfo rooms verify FILE`. It recomputes every hash, and names the first event that does not fit. The hash above must be that of event %(seq)s.") % {"seq": case.log.seq},
    ]  # fmt: skip
    yield "\n".join(f"- {one}" for one in said if one)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(plain(one) or " " for one in columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(plain(one) or "–" for one in row) + " |" for row in rows]
    return "\n".join(lines)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [
        _("%(n)s d") % {"n": days} if days else "",
        _("%(n)s h") % {"n": hours} if hours else "",
        _("%(n)s min") % {"n": minutes} if minutes or not (days or hours) else "",
    ]
    return " ".join(part for part in parts if part)
