"""`action=paraminfo`: the table of modules, as clients read it before their first request."""

from collections.abc import Mapping
from typing import Any

from encyclopedia.api.mediawiki.call import Answer, Call
from encyclopedia.api.mediawiki.given import Given
from encyclopedia.api.mediawiki.table import MOST, NAMESPACE_CODES, Module, Parameter

PARAMETERS = (
    Parameter("modules", multi=True),
    Parameter("helpformat", ("none", "html", "raw", "wikitext"), default="none"),
    Parameter("querymodules", multi=True),
    Parameter("mainmodule", "boolean"),
    Parameter("pagesetmodule", "boolean"),
    Parameter("formatmodules", multi=True),
)


def runner(modules: Mapping[str, Module]) -> Any:
    """Return the action that tells of these modules (path → module)."""

    def run(call: Call, given: Given) -> Answer:  # noqa: ARG001 - every module takes the call
        asked = [*given.texts("modules"), *(f"query+{name}" for name in given.texts("querymodules"))]
        asked += ["main"] if given.flag("mainmodule") else []
        paths: list[str] = []
        for path in asked:
            parent = path.removesuffix("+**").removesuffix("+*")
            if parent == path:
                paths.append(path)
            else:
                paths += [each.path for each in modules.values() if _is_under(each, parent)]
        known = [told(modules[path]) for path in dict.fromkeys(paths) if path in modules]
        missing = [{"path": path, "missing": True} for path in dict.fromkeys(paths) if path not in modules]
        return {"paraminfo": {"helpformat": "none", "modules": [*known, *missing]}}

    return run


def _is_under(module: Module, parent: str) -> bool:
    if parent == "main":
        return module.group == "action"
    return parent == "query" and module.group in {"prop", "list", "meta"}


def told(module: Module) -> dict[str, Any]:
    """Return what is told of a module."""
    parameters = list(module.parameters)
    if module.token:
        parameters.append(Parameter("token", required=True))
    return {
        "name": module.name,
        "classname": f"Api{module.name.capitalize()}",
        "path": module.path,
        "group": module.group,
        "prefix": module.prefix,
        "source": "MediaWiki",
        "readrights": not module.open,
        "writerights": module.writes,
        "mustbeposted": bool(module.token) or module.posted,
        "generator": module.is_generator,
        "helpurls": [],
        "parameters": [_parameter(each, place, module) for place, each in enumerate(parameters, 1)],
        "templatedparameters": [],
    }


def _parameter(parameter: Parameter, place: int, module: Module) -> dict[str, Any]:
    facts: dict[str, Any] = {"index": place, "name": parameter.name, "required": parameter.required}
    if parameter.submodules is not None:
        facts["type"] = list(parameter.choices or ())
        facts["submodules"] = dict(parameter.submodules)
        facts["submoduleparamprefix"] = "g" if parameter.name == "generator" else ""
    elif parameter.choices is not None:
        facts["type"] = list(parameter.choices)
    elif parameter.type == "namespace":
        facts["type"] = [int(code) for code in NAMESPACE_CODES]
    else:
        facts["type"] = parameter.type
    if parameter.multi:
        facts |= {"multi": True, "limit": MOST, "lowlimit": MOST, "highlimit": MOST}
    if parameter.type == "limit":
        facts |= {"min": 1, "max": parameter.most, "highmax": parameter.most}
    if parameter.name == "token" and module.token:
        facts["tokentype"] = module.token
    if parameter.default is not None:
        facts["default"] = (
            int(parameter.default) if parameter.type in {"integer", "limit"} else parameter.default
        )
    return facts
