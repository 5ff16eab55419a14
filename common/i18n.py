"""Languages: English is the source, French stands beside it; the current one travels in a context variable."""

import gettext as stdlib_gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LOCALES = ("en", "fr")
LOCALE_NAMES = {"en": "English", "fr": "Français"}
CATALOGUES = Path(__file__).parent / "locale"

_current: ContextVar[str] = ContextVar("locale", default="en")


def current_locale() -> str:
    """Return the code of the language in which the present reader is answered."""
    return _current.get()


@contextmanager
def use_locale(locale: str) -> Iterator[None]:
    """Answer in `locale` within this block."""
    token = _current.set(locale if locale in LOCALES else "en")
    try:
        yield
    finally:
        _current.reset(token)


@cache
def catalogue(locale: str) -> stdlib_gettext.NullTranslations:
    """Return the compiled messages of a language; English has none and needs none."""
    return stdlib_gettext.translation("messages", CATALOGUES, [locale], fallback=True)


def gettext(message: str) -> str:
    """Translate a message to the current language. The empty message stays empty."""
    return catalogue(current_locale()).gettext(message) if message else ""


def ngettext(one: str, many: str, count: int) -> str:
    """Translate a message that counts something."""
    return catalogue(current_locale()).ngettext(one, many, count)


def N_(message: str) -> str:  # noqa: N802 - the name that extractors know
    """Mark a constant for translation; it is translated where it is shown."""
    return message
