"""The French catalogue: complete, nothing left over, the same placeholders and tags, French typography, and in use."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from common.i18n import CATALOGUES, catalogue, use_locale
from common.i18n import gettext as _

ROOT = Path(__file__).resolve().parents[2]
FRENCH = CATALOGUES / "fr" / "LC_MESSAGES" / "messages.po"
NARROW, WIDE = "\u202f", "\u00a0"  # the two no-break spaces of French typography
FILL_IN = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}")
TAG = re.compile(r"<[^<>]+>")
# What is not prose: tags, code in backticks, addresses.
NOT_PROSE = re.compile(r"<[^<>]+>|`[^`]*`|https?://\S*")
MISTAKES = {
    "a straight apostrophe": re.compile(r"\w'\w"),
    "a straight quotation mark": re.compile(r'"'),
    "three dots for an ellipsis": re.compile(r"\.\.\."),
    "no narrow no-break space before ; ! or ?": re.compile(rf"(?<!{NARROW})[;!?](?=\s|$)"),
    "no no-break space before a colon": re.compile(rf"(?<!{WIDE}):(?=\s|$)"),
    "no no-break space within « »": re.compile(rf"«(?!{WIDE})|(?<!{WIDE})»"),
    "no narrow no-break space before a per cent sign": re.compile(r"[0-9})][ \u00a0]?%(?!\()"),
}

Key = tuple[str, ...]


def forms(text: str | tuple[str, ...] | list[str]) -> Key:
    """Return the singular, or the singular and the plural, of one side of a message."""
    return (text,) if isinstance(text, str) else tuple(text)


def messages(held: Catalog) -> Iterator[Message]:
    """Yield the messages of a catalogue without its header."""
    return (message for message in held if message.id)


@pytest.fixture(scope="module")
def extracted() -> set[Key]:
    """What today's sources mark for translation, read as `make translations-update` reads it."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, methods, options)
    return {forms(text) for _file, _line, text, _comments, _context in found}


@pytest.fixture(scope="module")
def french() -> Catalog:
    with FRENCH.open("rb") as file:
        return read_po(file, locale="fr")


def test_french_has_every_message_of_today_and_no_other(extracted, french):
    known = {forms(message.id) for message in messages(french)}
    assert len(extracted) > 500  # the extraction itself found the sources
    assert sorted(extracted - known) == [], "run `make translations-update`, then translate what is new"
    assert sorted(known - extracted) == [], (
        "run `make translations-update`: it takes out what nothing says any more"
    )
    assert not french.obsolete


def test_every_message_has_its_french_and_none_is_a_guess(french):
    lacking = [
        message.id
        for message in messages(french)
        if message.fuzzy
        or len(forms(message.string)) != len(forms(message.id))
        or not all(forms(message.string))
    ]
    assert lacking == []


@pytest.mark.parametrize("pattern", [FILL_IN, TAG], ids=["placeholders", "tags"])
def test_both_languages_hold_the_same(french, pattern):
    differing = [
        (english, other)
        for message in messages(french)
        for english, other in zip(forms(message.id), forms(message.string), strict=True)
        if sorted(pattern.findall(english)) != sorted(pattern.findall(other))
    ]
    assert differing == []


def test_babel_finds_no_fault_that_would_stop_the_compilation(french):
    assert [(message.id, [str(fault) for fault in faults]) for message, faults in french.check()] == []


@pytest.mark.parametrize("mistake", MISTAKES)
def test_french_is_set_as_french(french, mistake):
    found = [
        text
        for message in messages(french)
        for text in forms(message.string)
        if MISTAKES[mistake].search(NOT_PROSE.sub("", text))
    ]
    assert found == []


def test_the_compiled_catalogue_is_the_one_of_today(french):
    compiled = catalogue("fr")
    stale = []
    for message in messages(french):
        one, *many = forms(message.id)
        said = (
            (compiled.ngettext(one, many[0], 1), compiled.ngettext(one, many[0], 2))
            if many
            else (compiled.gettext(one),)
        )
        if said != forms(message.string):
            stale.append(one)
    assert stale == [], "run `make translations`"


def test_messages_are_said_in_the_language_of_the_reader():
    with use_locale("fr"):
        assert _("likely automated") == "probablement automatisé"
        assert _("") == ""  # an empty message is not the catalogue's header
    assert _("likely automated") == "likely automated"


def test_a_french_page_speaks_french(guest):
    page = guest.get("/fr/").text
    assert "Le logiciel propose, les personnes décident." in page
    assert "Software proposes" not in page
