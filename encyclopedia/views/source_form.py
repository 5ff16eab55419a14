"""The form on which a source is written down or corrected."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request

from common.i18n import gettext as _
from common.web.forms import Form
from common.web.templating import path_for
from encyclopedia.models import Source
from encyclopedia.views.library_words import SOURCE_TYPES


@dataclass(frozen=True)
class SourceForm:
    """The form; `address_form`: the one on top of it, into which an address is pasted. `note`: what became of reading the page."""

    form: Form
    address_form: Form
    key: str  # of the source that is corrected, "" for a new one
    types: tuple[tuple[str, str], ...]
    same: tuple[tuple[str, str, str], ...]  # key, title, address of sources with the same address or DOI
    note: str
    note_tone: str
    capture: str  # signed; "" for none
    save: str
    read: str
    cancel: str
    asked: bool  # an address was given: the form itself is shown


@dataclass(frozen=True)
class FormNote:
    """A sentence above the form."""

    text: str = ""
    tone: str = "info"


def source_form(  # noqa: PLR0913 - what the form is made of
    request: Request,
    form: Form,
    *,
    key: str = "",
    address: Form | None = None,
    same: Sequence[Source] = (),
    note: FormNote | None = None,
    capture: str = "",
    asked: bool = True,
) -> SourceForm:
    """Return the form for a new source, or for one that is corrected (`key`)."""
    told = note or FormNote()
    return SourceForm(
        form=form,
        address_form=address or Form(),
        key=key,
        types=tuple((code, _(name)) for code, name in SOURCE_TYPES.items()),
        same=tuple(
            (each.key, each.title, path_for(request, "encyclopedia_source", key=each.key)) for each in same
        ),
        note=told.text,
        note_tone=told.tone,
        capture=capture,
        save=path_for(request, "encyclopedia_edit_source", key=key)
        if key
        else path_for(request, "encyclopedia_new_source"),
        read=path_for(request, "encyclopedia_read_source"),
        cancel=path_for(request, "encyclopedia_source", key=key)
        if key
        else path_for(request, "encyclopedia_sources"),
        asked=asked,
    )
