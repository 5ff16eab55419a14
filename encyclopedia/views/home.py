"""The first page: what there is of each kind in each phase, what is new, what needs help."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request

from common.accounts.actors import Actor
from common.i18n import gettext as _
from common.taxonomy import PHASE_NAMES, EntryKind, Phase
from common.web.formats import Formats
from common.web.templating import path_for
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.contents import DatedEntry, Matrix
from encyclopedia.queries.help_wanted import Need
from encyclopedia.views.entry import EntryLink, entry_link
from encyclopedia.views.help_wanted import need_name
from encyclopedia.wording import ICONS, kind_name

SHADES = 5  # of the matrix, from few entries to many
_formats = Formats()


@dataclass(frozen=True)
class Cell:
    """One cell of the matrix: how many entries, where they are listed, how dark (0: none, to `SHADES`)."""

    count: int
    href: str
    shade: int
    label: str  # for screen readers and titles


@dataclass(frozen=True)
class MatrixRow:
    """One phase."""

    name: str
    href: str
    cells: tuple[Cell, ...]
    total: int


@dataclass(frozen=True)
class MatrixColumn:
    """One kind."""

    name: str
    icon: str
    href: str
    total: int


@dataclass(frozen=True)
class NeedLine:
    """One list of what needs help."""

    name: str
    href: str
    count: int


@dataclass(frozen=True)
class NewsLine:
    """An entry with its date."""

    link: EntryLink
    lead: str
    when: str
    by: str


@dataclass(frozen=True)
class HomePage:
    """The page."""

    columns: tuple[MatrixColumn, ...]
    rows: tuple[MatrixRow, ...]
    total: int
    thin: str  # a sentence that says where the knowledge is thinnest, "" where there is nothing yet
    needs: tuple[NeedLine, ...]
    reviewed: tuple[NewsLine, ...]
    changed: tuple[NewsLine, ...]
    may_create: bool
    may_suggest: bool
    may_import: bool


def home_page(
    request: Request,
    viewer: Actor,
    found: Matrix,
    needs: Mapping[Need, int],
    reviewed: Sequence[DatedEntry],
    changed: Sequence[DatedEntry],
) -> HomePage:
    """Return the first page's context."""
    most = max(found.cells.values(), default=0)
    return HomePage(
        columns=tuple(_column(request, kind, found) for kind in EntryKind),
        rows=tuple(_row(request, phase, found, most) for phase in Phase),
        total=found.total,
        thin=_thin(found),
        needs=need_lines(request, needs),
        reviewed=tuple(_news(request, line) for line in reviewed),
        changed=tuple(_news(request, line) for line in changed),
        may_create=PERMISSIONS.allows(viewer, Permission.CREATE),
        may_suggest=PERMISSIONS.allows(viewer, Permission.SUGGEST),
        may_import=PERMISSIONS.allows(viewer, Permission.IMPORT),
    )


def need_lines(request: Request, needs: Mapping[Need, int]) -> tuple[NeedLine, ...]:
    """Return the lists of what needs help, with their counts."""
    return tuple(
        NeedLine(
            need_name(need),
            path_for(request, "encyclopedia_help_wanted", query={"need": need.value}),
            needs.get(need, 0),
        )
        for need in Need
    )


def _column(request: Request, kind: EntryKind, found: Matrix) -> MatrixColumn:
    href = path_for(request, "encyclopedia_search", query={"kind": kind.value})
    return MatrixColumn(kind_name(kind), ICONS[kind], href, found.kinds.get(kind, 0))


def _row(request: Request, phase: Phase, found: Matrix, most: int) -> MatrixRow:
    name = _(PHASE_NAMES[phase])
    cells = []
    for kind in EntryKind:
        count = found.cells.get((phase, kind), 0)
        href = path_for(request, "encyclopedia_search", query={"phase": phase.value, "kind": kind.value})
        shade = -(-count * SHADES // most) if count else 0
        cells.append(Cell(count, href, shade, f"{name}, {kind_name(kind)}: {_formats.number(count)}"))
    href = path_for(request, "encyclopedia_search", query={"phase": phase.value})
    return MatrixRow(name, href, tuple(cells), found.phases.get(phase, 0))


def _thin(found: Matrix) -> str:
    """Say how many cells are empty, and which phase has the fewest entries."""
    if not found.total:
        return ""
    empty = sum((phase, kind) not in found.cells for phase in Phase for kind in EntryKind)
    fewest = min(Phase, key=lambda phase: found.phases.get(phase, 0))
    return _("Thinnest: %(phase)s, with %(count)s. Empty cells: %(empty)s of %(all)s.") % {
        "phase": _(PHASE_NAMES[fewest]).lower(),
        "count": _formats.number(found.phases.get(fewest, 0)),
        "empty": empty,
        "all": len(Phase) * len(EntryKind),
    }


def _news(request: Request, line: DatedEntry) -> NewsLine:
    return NewsLine(entry_link(request, line.entry), line.entry.lead, _formats.date(line.at), line.by)
