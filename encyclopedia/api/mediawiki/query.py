"""`action=query`: pages and what is told of them, lists, and facts about the site; with continuation.

A request that is continued sends back what `continue` gave. Its first key says where each module goes on; `continue` itself names,
behind ``||``, the modules that are done (https://www.mediawiki.org/wiki/API:Continue).
"""

from collections.abc import Mapping
from typing import Any

from common.i18n import gettext as _
from encyclopedia.api.mediawiki.call import Answer, Call
from encyclopedia.api.mediawiki.failures import ApiFailure
from encyclopedia.api.mediawiki.given import Given, read
from encyclopedia.api.mediawiki.pageset import PARAMETERS as PAGES
from encyclopedia.api.mediawiki.pageset import PageSet, find, of_pages
from encyclopedia.api.mediawiki.table import Batch, Listing, Module, Outcome, Parameter


class Query:
    """One query: which modules it runs, and what they left to continue."""

    def __init__(self, call: Call, given: Given, modules: Mapping[str, Module]) -> None:
        self.call, self.given, self.modules = call, given, modules
        done = call.sent.get("continue", "").partition("||")[2]
        self.done = set(done.split("|")) - {""}
        self.finished: list[str] = []  # lists and properties that are done, for the next request
        self.later: dict[str, str] = {}
        self.result: dict[str, Any] = {}
        self.generator_goes_on: dict[str, str] = {}

    def run(self) -> Answer:
        """Answer the query."""
        for name in self.given.texts("meta"):
            told = self._run(self.modules[name])
            self.result |= told if name == "siteinfo" else {name: told}
        pages = self._pages()
        if pages is not None:
            self._properties(pages)
        for name in self.given.texts("list"):
            if name not in self.done:
                self._list(self.modules[name])
        return self._answer(goes_on=pages is not None)

    def _pages(self) -> PageSet | None:
        name = self.given.text("generator")
        if not name:
            found = find(self.call, self.given)
            asked = any(self.given.texts(each) for each in ("titles", "pageids", "revids"))
            return found if asked else None
        module = self.modules[name]
        given = self._given(module, "g" + module.prefix)
        if module.group == "list":
            listing: Listing = module.run(self.call, given)
            pages, following = listing.pages, listing.next
        else:
            outcome: Outcome = module.run(self.call, given, find(self.call, self.given).batch())
            pages, following = outcome.pages, outcome.next
        if following is not None:
            self.generator_goes_on = {f"g{module.prefix}{_cursor_name(module)}": following}
        return of_pages(pages, redirects=self.given.flag("redirects"))

    def _properties(self, pages: PageSet) -> None:
        batch = pages.batch()
        for name in self.given.texts("prop"):
            module = self.modules[name]
            if name in self.done:
                self.finished.append(name)
                continue
            outcome: Outcome = module.run(self.call, self._given(module, module.prefix), batch)
            self._remember(module, outcome.next)
        told = pages.told(batch)
        if self.given.flag("indexpageids") and "pages" in told:
            told["pageids"] = told["pages"].keys_of()
        self.result.update(told)

    def _list(self, module: Module) -> None:
        listing: Listing = module.run(self.call, self._given(module, module.prefix))
        self.result[module.name] = list(listing.items)
        self.result.update(listing.beside)
        self._remember(module, listing.next)

    def _remember(self, module: Module, following: str | None) -> None:
        if following is None:
            self.finished.append(module.name)
        else:
            self.later[module.prefix + _cursor_name(module)] = following

    def _run(self, module: Module) -> Any:
        return module.run(self.call, self._given(module, module.prefix))

    def _given(self, module: Module, prefix: str) -> Given:
        given = read(module, self.call.sent, prefix, now=self.call.at)
        self.call.warn_of(module.name, given)
        return given

    def _answer(self, *, goes_on: bool) -> Answer:
        answer: Answer = {}
        properties = set(self.given.texts("prop"))
        later_properties = [name for name in properties if name not in self.finished]
        following = dict(self.later)
        if goes_on and later_properties:
            following |= self._generator_stays()
            done = [*self.done, *self.finished]
        elif self.generator_goes_on:
            following |= self.generator_goes_on
            done = [name for name in (*self.done, *self.finished) if name not in properties]
        else:
            done = [*self.done, *self.finished]
            if properties and self.later:  # lists go on, the pages do not
                following |= self._generator_stays()
        if following:
            head = "-" if self.later else next(iter(self.generator_goes_on), "-")
            following["continue"] = f"{head}||{'|'.join(dict.fromkeys(done))}"
            answer["continue"] = following
        if not later_properties:
            answer["batchcomplete"] = True
        return answer | ({"query": self.result} if self.result else {})

    def _generator_stays(self) -> dict[str, str]:
        """Return the generator's cursor of this request, while properties of its pages go on."""
        name = self.given.text("generator")
        if not name:
            return {}
        key = f"g{self.modules[name].prefix}{_cursor_name(self.modules[name])}"
        return {key: self.call.sent[key]} if key in self.call.sent else {}


def _cursor_name(module: Module) -> str:
    return "offset" if module.name == "search" else "continue"


def query_parameters(modules: Mapping[str, Module]) -> tuple[Parameter, ...]:
    """Return what a query takes: which modules there are of each group, and which pages it is about."""
    groups = {
        group: {name: module.path for name, module in modules.items() if module.group == group}
        for group in ("prop", "list", "meta")
    }
    generators = {name: module.path for name, module in modules.items() if module.is_generator}
    return (
        *(Parameter(group, tuple(paths), multi=True, submodules=paths) for group, paths in groups.items()),
        Parameter("indexpageids", "boolean"),
        Parameter("generator", tuple(generators), submodules=generators),
        Parameter("continue"),
        Parameter("rawcontinue", "boolean"),
        *PAGES,
    )


def runner(modules: Mapping[str, Module]) -> Any:
    """Return the action that runs these modules."""

    def run(call: Call, given: Given) -> Answer:
        if given.text("generator") in modules and modules[given.text("generator")].group == "prop":
            _require_pages(given)
        return Query(call, given, modules).run()

    return run


def _require_pages(given: Given) -> None:
    if not any(given.texts(name) for name in ("titles", "pageids", "revids")):
        message = _("This generator needs pages: name them by titles, pageids or revids.")
        raise ApiFailure("missingparam", message)


__all__ = ["Batch", "Query", "query_parameters", "runner"]
