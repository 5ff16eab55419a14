"""Tabs above a list, as the component takes them."""

from typing import TypedDict


class ListTab(TypedDict):
    """One tab; `count` None: nothing is counted there, or there is nothing."""

    label: str
    href: str
    current: bool
    count: int | None


def tab(label: str, href: str, *, current: bool, count: int | None = None) -> ListTab:
    """Return one tab."""
    return ListTab(label=label, href=href, current=current, count=count)
