"""What is an emoji: one picture, as Unicode builds them (Unicode Technical Standard #51), and nothing that could be read as words."""

import unicodedata

MOST_CHARACTERS = 16  # a family of four with skin tones takes eleven
KEYCAP = "\u20e3"  # after 0–9, # or *
_JOINERS = frozenset("\u200d\ufe0f\ufe0e")  # zero-width joiner, variation selectors
_OTHERS = frozenset("‼⁉↔〰")  # emoji that Unicode does not class as other symbols
_SKINS = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)  # of regional flags


def is_emoji(text: str) -> bool:
    """Say whether a text is an emoji (or a short run of them without spaces)."""
    if not 0 < len(text) <= MOST_CHARACTERS:
        return False
    if text.endswith(KEYCAP):
        return text[0] in "0123456789#*" and set(text[1:-1]) <= _JOINERS
    return all(map(_belongs, text)) and not _belongs_only_after(text[0])


def _belongs(character: str) -> bool:
    return _is_picture(character) or _belongs_only_after(character)


def _is_picture(character: str) -> bool:
    return character in _OTHERS or ord(character) in _SKINS or unicodedata.category(character) == "So"


def _belongs_only_after(character: str) -> bool:
    return character in _JOINERS or ord(character) in _TAGS
