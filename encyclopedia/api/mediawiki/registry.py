"""All modules: the table that requests are read by and that `action=paraminfo` tells."""

from collections.abc import Mapping
from typing import Any

from encyclopedia.api.mediawiki import (
    do_edit,
    do_login,
    do_pages,
    do_patrol,
    do_read,
    do_upload,
    list_changes,
    list_pages,
    list_search,
    list_users,
    meta_site,
    meta_user,
    paraminfo,
    prop_info,
    prop_links,
    prop_revisions,
    query,
)
from encyclopedia.api.mediawiki.table import Module, Parameter

QUERY: Mapping[str, Module] = {
    module.name: module
    for module in (
        *prop_info.MODULES,
        *prop_links.MODULES,
        prop_revisions.MODULE,
        *list_pages.MODULES,
        *list_changes.MODULES,
        list_search.MODULE,
        list_users.MODULE,
        meta_site.MODULE,
        *meta_user.MODULES,
    )
}
_BY_PATH: dict[str, Module] = {module.path: module for module in QUERY.values()}
_ACTIONS = (
    Module("query", "action", query.query_parameters(QUERY), query.runner(QUERY)),
    Module("paraminfo", "action", paraminfo.PARAMETERS, paraminfo.runner(_BY_PATH), open=True),
    *do_login.MODULES,
    *do_read.MODULES,
    do_edit.MODULE,
    *do_pages.MODULES,
    *do_patrol.MODULES,
    do_upload.MODULE,
)
ACTIONS: Mapping[str, Module] = {module.name: module for module in _ACTIONS}


def _nothing(*_: Any) -> dict[str, Any]:
    """Stand for the main module, which is not run itself."""
    return {}


MAIN = Module(
    "main",
    "main",
    (
        Parameter("action", tuple(ACTIONS), default="help", submodules={name: name for name in ACTIONS}),
        Parameter("format", ("json", "none"), default="json", submodules={"json": "json", "none": "none"}),
        Parameter("maxlag", "integer"),
        Parameter("smaxage", "integer", default="0"),
        Parameter("maxage", "integer", default="0"),
        Parameter("assert", ("anon", "bot", "user")),
        Parameter("assertuser", "user"),
        Parameter("requestid"),
        Parameter("servedby", "boolean"),
        Parameter("curtimestamp", "boolean"),
        Parameter("responselanginfo", "boolean"),
        Parameter("origin"),
        Parameter("uselang", default="user"),
        Parameter("formatversion", ("1", "2", "latest"), default="1"),
        Parameter("utf8", "boolean"),
    ),
    _nothing,
)
_BY_PATH |= {module.path: module for module in _ACTIONS} | {"main": MAIN}
