"""Calls to an application in this very process, by ASGI instead of a network."""

from collections.abc import Callable
from typing import Any

import httpx


def in_process(app: Callable[..., Any]) -> httpx.AsyncBaseTransport:
    """Return a transport for `World.transport` that hands requests to an ASGI application."""
    return httpx.ASGITransport(app, raise_app_exceptions=False)
