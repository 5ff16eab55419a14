"""Routers that say at once when an address is not theirs: the framework tries every route of every router otherwise."""

from fastapi import APIRouter
from starlette.routing import Match
from starlette.types import Scope


class PrefixRouter(APIRouter):
    """A tool's outermost router, all of whose routes begin with its `prefix`; 300 routes cost a millisecond to try."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match as the framework does, but only addresses that begin with the prefix."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        return super().matches(scope) if path.startswith(self.prefix) else (Match.NONE, {})
