"""Sitemaps (https://www.sitemaps.org/protocol.html), each address with its other languages (hreflang)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def sitemap_index(addresses: Iterable[str]) -> bytes:
    """Return the list of the parts."""
    lines = "".join(f"<sitemap><loc>{escape(address)}</loc></sitemap>\n" for address in addresses)
    return f'{_HEAD}<sitemapindex xmlns="{SITEMAPS}">\n{lines}</sitemapindex>\n'.encode()


def sitemap(pages: Iterable[tuple[str, datetime, Mapping[str, str]]]) -> Iterator[bytes]:
    """Write one part: each page's address, when it changed, and the addresses of all its languages."""
    yield f'{_HEAD}<urlset xmlns="{SITEMAPS}" xmlns:xhtml="{XHTML}">\n'.encode()
    for address, changed, languages in pages:
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang={quoteattr(code)} href={quoteattr(href)}/>'
            for code, href in languages.items()
        )
        yield f"<url><loc>{escape(address)}</loc><lastmod>{changed:%Y-%m-%dT%H:%M:%SZ}</lastmod>{others}</url>\n".encode()
    yield b"</urlset>\n"
