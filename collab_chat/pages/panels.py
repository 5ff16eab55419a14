"""The right-hand panel of a room: one part at a time, each owned by a module `pages/<noun>_panel.py`.

A panel's module has

* `GET /{room_id:uuid}/<part>` named `room_panel_<part>`, which ends with `show_panel(…)`;
* its POSTs beneath that address, which end with `panel_saved(…)`, or with `show_panel(…, status=400)` and the form again
  (`PanelDoor.write` does either);
* a template `collab_chat/panels/<part>.html`, a fragment that reads `content` (its own typed context) and, where it needs them,
  `room` (`views.shell.RoomHead`), `me` (`views.shell.Me`) and what every page has (`url_for`, `fmt`, `icon`, `_`);
  it begins with `{% import "ui.html" as ui %}`.

Everything works without script as whole pages. With script, forms and links inside the panel whose addresses begin with the room's
are fetched with `HX-Request` and their answer takes the panel's place; an answer that is no panel (another room, a file) is gone to.
`data-plain` on a form or link leaves it to the browser. Script of a panel listens on `document` for `room:panel` (detail: `part`,
`element`), and for `room:event` (detail: the event as in docs/reference/socket-protocol.md). An open panel is fetched anew when an
event of one of its kinds comes (`data-refresh="case. task."` on the fragment's outermost element: beginnings of kinds; without it,
any kind but messages), unless somebody types in it. `data-draft="key"` on a form keeps what is typed while another part is looked at
(frontend/modules/guard.js); the key names the person, since a tab may change hands.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from collab_chat.queries.rooms import standing_in
from collab_chat.service.transactions import changing
from collab_chat.views.room import room_page
from collab_chat.views.shell import Me, Panel, RoomHead, Tab, head_of, me_in, panel_of, tabs_of
from common.accounts.actors import Actor
from common.errors import Invalid, Problem
from common.web.flash import flash
from common.web.forms import Form
from common.web.services import Services
from common.web.templating import PageContext, path_for, render

HEADER = "X-Room-Panel"  # tells the page's script that an answer is a panel


@dataclass(frozen=True)
class PanelPart:
    """A panel alone, as script asks for it."""

    room: RoomHead
    me: Me
    panel: Panel
    tabs: list[Tab]
    content: PageContext | None


class ShowAgain(Protocol):
    """How a panel is shown with a form that was refused."""

    def __call__(
        self, request: Request, app: Services, viewer: Actor, room_id: uuid.UUID, *, form: Form, status: int
    ) -> Response:
        """Show the panel."""


@dataclass(frozen=True)
class PanelDoor:
    """What the forms of one panel have in common: they write, then lead back; or come again with what was typed, and why."""

    part: str
    show: ShowAgain

    def write(
        self,
        request: Request,
        app: Services,
        viewer: Actor,
        room_id: uuid.UUID,
        write: Callable[[Session], str],
        typed: dict[str, str] | None = None,
    ) -> Response:
        """Run `write`, which returns what to tell of it, in a transaction."""
        try:
            with changing(app) as session:
                told = write(session)
        except Problem as problem:
            errors = problem.fields if isinstance(problem, Invalid) else {}
            form = Form(typed or {}, errors, problem.message)
            return self.show(request, app, viewer, room_id, form=form, status=problem.status)
        return panel_saved(request, app, room_id, self.part, told)


def show_panel(  # noqa: PLR0913 - what a panel is made of
    request: Request,
    session: Session,
    viewer: Actor,
    room_id: uuid.UUID,
    part: str,
    template: str,
    context: PageContext,
    *,
    status: int = 200,
) -> Response:
    """Show one part of a room: alone where script asks, else in the whole room's page.

    `part` is its key in `views.shell.PARTS`, `template` the fragment's name (`collab_chat/panels/<part>.html`).

    Raises:
        NotFound: the room does not exist or is not the viewer's.
    """
    standing = standing_in(session, viewer, room_id)
    panel = panel_of(request, part, template)
    if request.headers.get("HX-Request"):
        room = head_of(session, standing)
        return render(
            request,
            "collab_chat/parts/panel.html",
            PanelPart(room, me_in(standing), panel, tabs_of(request, room, part), context),
            status=status,
            headers={HEADER: part},
        )
    page = room_page(request, session, standing, panel=panel, content=context)
    return render(request, "collab_chat/room.html", page, status=status)


def panel_saved(
    request: Request, app: Services, room_id: uuid.UUID, part: str, told: str, **params: object
) -> Response:
    """Go back to a part after something was done in it, and say what was done. `params`: the rest of the part's address."""
    response = RedirectResponse(path_for(request, f"room_panel_{part}", room_id=room_id, **params), 303)
    flash(response, app.settings.secret, told, secure=app.settings.secure)
    return response
