"""Addresses of routes by their names: as the framework gives them, without looking through all of them."""

import uuid
from types import SimpleNamespace
from typing import cast

import pytest
from fastapi import FastAPI, Request
from fastapi.routing import iter_route_contexts
from starlette.routing import NoMatchFound

from common.web.templating import path_for

VALUES = {"uuid": uuid.UUID(int=7), "integer": 7, "string": "a b", "slug": "a-b", "path": "a/b"}


def asked(app: FastAPI) -> Request:
    return cast(Request, SimpleNamespace(app=app, scope={"root_path": "/under"}))


def test_each_address_is_the_framework_s(app: FastAPI) -> None:
    tried = 0
    for route in iter_route_contexts(app.routes):
        convertors = getattr(route, "param_convertors", {})
        kinds = {
            name: type(one).__name__.removesuffix("Convertor").lower() for name, one in convertors.items()
        }
        if not route.name or route.name in {"static", "openapi", "_nothing_here"}:
            continue
        params = {name: VALUES[kind] for name, kind in kinds.items()}
        try:
            known = str(app.url_path_for(route.name, **params))
        except (NoMatchFound, AssertionError):
            continue  # a parameter that needs more than its kind
        assert path_for(asked(app), route.name, **params) == f"/under{known}"
        tried += 1
    assert tried > 300


def test_an_unknown_name_or_other_parameters_are_an_error(app: FastAPI) -> None:
    for name, params in (("nowhere", {}), ("portal", {"tool": "x"})):
        with pytest.raises(NoMatchFound):
            path_for(asked(app), name, **params)


def test_a_query_follows_and_leaves_out_what_is_empty(app: FastAPI) -> None:
    assert path_for(asked(app), "portal", query={"q": "a b", "of": "", "page": None}) == "/under/?q=a+b"
