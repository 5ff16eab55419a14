"""Addresses made harmless: readable, but neither clickable nor followed by software."""

import re

_ADDRESS = re.compile(r"(?P<scheme>https?://)?(?P<host>[^/?#\s]*)(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_DEFANGED = re.compile(r"(?P<scheme>hxxps?://)?(?P<host>[^/?#\s]*)(?P<rest>.*)", re.IGNORECASE | re.DOTALL)


def defang(url: str) -> str:
    """Return ``https://a.example/x`` as ``hxxps://a[.]example/x``; an address without a scheme loses its dots alone."""
    found = _ADDRESS.match(url)
    if found is None:
        return url
    scheme = (found["scheme"] or "").lower().replace("http", "hxxp")
    return f"{scheme}{found['host'].replace('[.]', '.').replace('.', '[.]')}{found['rest']}"


def refang(address: str) -> str:
    """Return the address that was defanged."""
    found = _DEFANGED.match(address)
    if found is None:
        return address
    scheme = (found["scheme"] or "").lower().replace("hxxp", "http")
    return f"{scheme}{found['host'].replace('[.]', '.')}{found['rest']}"


def is_under(host: str, domains: frozenset[str]) -> bool:
    """Say whether a host is one of some domains or under one of them."""
    labels = host.lower().rstrip(".").split(".")
    return any(".".join(labels[place:]) in domains for place in range(len(labels)))
