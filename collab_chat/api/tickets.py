"""Tickets: how a program, or a page that may not send its cookie, opens a socket."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from collab_chat.service.live.entering import TICKET_SECONDS, bearer_of, make_ticket
from common.accounts.viewer import Viewer, limit
from common.web.services import App

router = APIRouter(tags=["Alert room"])
A_MINUTE = 60  # tickets that one person may ask for in a minute


class Ticket(BaseModel):
    """Good for one socket: `/api/v1/rooms/socket?ticket=…`."""

    ticket: str
    expires_in: int = Field(description="Seconds.")


@router.post("/tickets", name="room_ticket")
def ticket(request: Request, app: App, viewer: Viewer) -> Ticket:
    """Return a ticket that opens one socket within 30 seconds."""
    limit(app.limiter, f"room-tickets:{viewer.person_id}", A_MINUTE, 60)
    made = make_ticket(app, viewer, bearer_of(request.headers))
    return Ticket(ticket=made, expires_in=TICKET_SECONDS)
