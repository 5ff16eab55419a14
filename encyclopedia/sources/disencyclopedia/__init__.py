"""The encyclopedia of 2019 (github.com/ambanum/disencyclopedia): a Jekyll folder of Markdown pages, to structured entries."""

from encyclopedia.sources.disencyclopedia.assembly import ATTRIBUTION, LICENCE
from encyclopedia.sources.disencyclopedia.read import Brought2019, read_disencyclopedia

__all__ = ["ATTRIBUTION", "LICENCE", "Brought2019", "read_disencyclopedia"]
