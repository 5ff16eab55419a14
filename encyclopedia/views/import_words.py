"""What imports are called, and their report in plain lines."""

from collections.abc import Iterator, Mapping

from common.i18n import N_
from common.i18n import gettext as _
from encyclopedia.core.import_plan import EntryLine, ImportState, Outcome, outcome_counts

KIND_NAMES: Mapping[str, str] = {
    "folder": N_("Folder of entries"),
    "disencyclopedia": N_("Encyclopedia of 2019"),
    "mediawiki": N_("MediaWiki export"),
    "tools_csv": N_("Table of tools"),
    "disarm": N_("DISARM workbooks"),
    "dima": N_("DIMA"),
    "misp": N_("MISP galaxies"),
}
STATE_NAMES: Mapping[str, str] = {
    "reading": N_("Being read"),
    "previewed": N_("Not stored yet"),
    "applying": N_("Being stored"),
    "applied": N_("Stored"),
    "undoing": N_("Being undone"),
    "undone": N_("Undone"),
    "failed": N_("Could not be read"),
}
STATE_TONES: Mapping[str, str] = {
    "reading": "info",
    "previewed": "info",
    "applying": "info",
    "applied": "ok",
    "undoing": "info",
    "undone": "quiet",
    "failed": "danger",
}
OUTCOME_NAMES: Mapping[Outcome, str] = {
    Outcome.CREATE: N_("new"),
    Outcome.UPDATE: N_("brought up to date"),
    Outcome.MERGE: N_("merged with changes made here"),
    Outcome.BRING_BACK: N_("brought back"),
    Outcome.UNCHANGED: N_("unchanged"),
    Outcome.CLASH: N_("changed there and here, left as it is here"),
    Outcome.EXISTS: N_("the title exists here, left as it is"),
    Outcome.DELETED: N_("deleted here, left so"),
    Outcome.LEFT_OUT: N_("about the old site, left out"),
    Outcome.REFUSED: N_("could not be stored"),
}
FILE_OUTCOMES: Mapping[str, str] = {
    "entries": N_("entries"),
    "translation": N_("translation"),
    "page": N_("text around entries"),
    "site": N_("about the old site"),
    "empty": N_("empty"),
    "source": N_("sources"),
    "passed_over": N_("passed over"),
    "refused": N_("refused"),
}
REFERENCE_STATES: Mapping[str, str] = {
    "resolved": N_("resolved"),
    "dead": N_("dead"),
    "reused": N_("means something else now"),
    "unclear": N_("unclear code"),
    "mended": N_("mended"),
    "dropped": N_("dropped"),
}


def outcome_name(outcome: Outcome) -> str:
    """Return what becomes of an entry, in words."""
    return _(OUTCOME_NAMES[outcome])


def report_lines(state: ImportState, *, applied: bool) -> Iterator[str]:
    """Give an import's report as lines of text: every file, what became of the entries, what was not understood, the counts."""
    for file in state.read.files:
        notes = " ".join(str(note) for note in file.notes)
        entries = _("%(count)s entries") % {"count": len(file.entries)} if file.entries else ""
        yield "  ".join(part for part in (file.path, _(FILE_OUTCOMES[file.outcome]), entries, notes) if part)
    yield ""
    yield from _not_understood(state)
    for what, count in {**state.read.counts, **state.vocabulary, **state.counts}.items():
        yield f"{what}: {count:,}"
    lines = state.applied if applied else state.plan
    for outcome, count in outcome_counts(lines).items():
        yield f"{outcome_name(Outcome(outcome))}: {count:,}"
    for line in lines:
        if line.note is not None:
            yield f"• {line.title}: {line.note}"
    changed = sum(line.outcome in _CHANGING for line in lines) + _vocabulary_changes(state, applied=applied)
    yield (_("%(count)s changes stored.") if applied else _("%(count)s changes would be stored.")) % {
        "count": f"{changed:,}"
    }


_CHANGING = (Outcome.CREATE, Outcome.UPDATE, Outcome.MERGE, Outcome.BRING_BACK)


def changing(line: EntryLine) -> bool:
    """Say whether an entry is changed by what becomes of it."""
    return line.outcome in _CHANGING


def _vocabulary_changes(state: ImportState, *, applied: bool) -> int:
    if not applied:
        return state.vocabulary.get("new", 0) + state.vocabulary.get("changed", 0)
    told = ("terms new", "terms changed", "references new", "references changed", "references gone",
            "sources added", "sources changed", "redirects added")  # fmt: skip
    return sum(state.counts.get(what, 0) for what in told)


def _not_understood(state: ImportState) -> Iterator[str]:
    if state.read.not_understood:
        yield _("Not understood: %(count)s") % {"count": f"{len(state.read.not_understood):,}"}
    for note in state.read.not_understood:
        yield f"  {note.path}:{note.line}: {note.reason} “{note.text[:100]}”"
    dead = state.read.dead_references
    if dead:
        yield _("References that lead nowhere, or to something else: %(count)s") % {"count": f"{len(dead):,}"}
    for each in dead:
        proposals = ", ".join(f"{found.code} {found.name} ({found.score:.0f})" for found in each.proposals)
        yield f"  {each.from_code} → {each.to_code} {_(REFERENCE_STATES[each.state])}: “{each.raw[:100]}”" + (
            f"; {_('perhaps')} {proposals}" if proposals else ""
        )
    yield ""
