"""Administration: the audit trail."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from common.accounts.models import AuditEntry
from common.accounts.queries import audit_trail
from common.accounts.viewer import Viewer
from common.web.services import ReadSession
from common.web.templating import render

router = APIRouter(prefix="/admin")
AUDIT_PAGE = 50


@dataclass(frozen=True)
class AuditPage:
    """The audit trail, newest first; `next_before` leads to older entries."""

    entries: list[tuple[AuditEntry, str | None]]
    action: str
    tool: str
    next_before: int | None


@router.get("/audit", name="admin_audit")
def audit_page(
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    action: str = "",
    tool: str = "",
    before: int | None = None,
) -> Response:
    """Show who did what, when."""
    entries = audit_trail(session, viewer, action=action, tool=tool, before=before, limit=AUDIT_PAGE)
    more = entries[-1][0].id if len(entries) == AUDIT_PAGE else None
    return render(request, "pages/admin_audit.html", AuditPage(entries, action, tool, more))
