"""The form of a search of Meta's library."""

from dataclasses import dataclass

from common.web.forms import Form


@dataclass(frozen=True)
class SearchPage:
    """The form; `has_token`: whether this deployment may ask the library."""

    form: Form
    has_token: bool
