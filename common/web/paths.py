"""Addresses of routes by their names, known from the start: the framework looks through all routes for each."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import BaseRoute, NoMatchFound

MOST = 10_000


class Paths:
    """The paths of named routes; what was asked for is kept."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._named: dict[str, list[RouteContext]] = {}
        self._shapes: dict[int, str] = {}
        for route in iter_route_contexts(routes):
            self._shapes[id(route.original_route)] = route.path or ""
            if route.name:
                self._named.setdefault(route.name, []).append(route)
        self._known: dict[Any, str] = {}

    def path(self, name: str, params: Mapping[str, Any]) -> str:
        """Return a route's path. Raises NoMatchFound where no route has that name and those parameters."""
        key = (name, *sorted(params.items()))
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= MOST:
                self._known.clear()
            found = self._known[key] = self._find(name, params)
        return found

    def shape(self, route: BaseRoute | None) -> str:
        """Return the whole shape of a route's addresses (`/ads/library/{creative_id}`); its own `path` lacks what stands before it."""
        return self._shapes.get(id(route), "") or getattr(route, "path", "(none)")

    def _find(self, name: str, params: Mapping[str, Any]) -> str:
        for route in self._named.get(name, ()):
            try:
                return str(route.url_path_for(name, **params))
            except NoMatchFound:
                continue  # several routes may bear one name with other parameters
        raise NoMatchFound(name, dict(params))
