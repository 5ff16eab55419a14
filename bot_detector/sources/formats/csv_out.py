"""Writing CSV that a spreadsheet opens without running anything."""

import re

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")

# A cell that begins so is taken for a formula (OWASP, "CSV Injection"); tab and carriage return are skipped by the programs.
_DANGEROUS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)  # the last four: full-width forms


def neutralise_formula(text: str) -> str:
    """Return `text` so that no spreadsheet runs it: an apostrophe before what would start a formula.

    Plain numbers, such as "-5" and "+1.5e3", stay numbers.
    """
    bare = text.lstrip(" \u00a0\ufeff")
    if not bare.startswith(_DANGEROUS) or _NUMBER.fullmatch(text):
        return text
    return "'" + text
