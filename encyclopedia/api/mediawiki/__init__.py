"""The part of the MediaWiki Action API that wiki clients need (https://www.mediawiki.org/wiki/API:Main_page).

One table (`registry.MODULES`) says which modules there are and what parameters they take; requests are read by it, and
`action=paraminfo` tells it. Answers are built in format version 2 and written in either version by `answers`.
"""

from encyclopedia.api.mediawiki.door import router

__all__ = ["router"]
