"""The tool's pages; each door parses, makes one call, and renders."""

from collab_chat.pages import (
    case_panel,
    cases,
    commands,
    evidence_panel,
    exercises,
    feeds,
    files,
    home,
    logs,
    manage,
    members_panel,
    messages,
    metrics,
    notices,
    outputs_panel,
    pins_panel,
    qualification_panel,
    reaction_panel,
    report_panel,
    room,
    rooms,
    rules,
    search,
    settings_panel,
    signals,
    tasks_panel,
)
from common.web.routing import PrefixRouter

router = PrefixRouter(prefix="/rooms", include_in_schema=False)
for _part in (
    rules,
    case_panel,
    cases,
    commands,
    evidence_panel,
    exercises,
    feeds,
    files,
    home,
    logs,
    manage,
    members_panel,
    messages,
    metrics,
    notices,
    outputs_panel,
    pins_panel,
    qualification_panel,
    reaction_panel,
    report_panel,
    room,
    rooms,
    search,
    settings_panel,
    signals,
    tasks_panel,
):
    router.include_router(_part.router)

__all__ = ["router"]
