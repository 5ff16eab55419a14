"""The state of a list in its address: filters, order and page, each kept while another changes."""

from collections.abc import Callable
from dataclasses import dataclass

from bot_detector.queries import ScoreFilter

Link = Callable[[dict[str, str]], str]


@dataclass(frozen=True)
class ListState:
    """What a batch's table shows: `at_least` is the least likelihood as typed, in per cent."""

    verdict: str
    search: str
    at_least: str
    sort: str

    def query(self, **changed: str) -> dict[str, str]:
        """Return the address' parameters with some changed; the page falls back to the first."""
        now = {"verdict": self.verdict, "search": self.search, "at_least": self.at_least, "sort": self.sort}
        return {**now, **changed}

    @property
    def filtered(self) -> bool:
        """Whether anything is left out."""
        return bool(self.verdict or self.search or self.at_least)

    def wanted(self, least: float | None) -> ScoreFilter:
        """Return the filter for the query; `least` is the least likelihood as a share."""
        return ScoreFilter(self.verdict, self.search.strip(), least, self.sort)

    def sort_column(self, name: str, label: str, link: Link, *, numeric: bool = False) -> dict[str, object]:
        """Return a column of `ui.table` that sorts by `name`; a second click turns the order."""
        current = self.sort.removeprefix("-") == name
        down = self.sort.startswith("-")
        first = f"-{name}" if numeric else name
        turned = (name if down else f"-{name}") if current else first
        column: dict[str, object] = {
            "label": label,
            "numeric": numeric,
            "sort": link(self.query(sort=turned)),
        }
        if current:
            column["sorted"] = "descending" if down else "ascending"
        return column
