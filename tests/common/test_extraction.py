"""Messages are found wherever they stand."""

import io

from common.extraction import extract


def test_messages_inside_f_strings_are_found_once() -> None:
    source = (
        b"""print(f"## {_('Times')} {count}", _("Plain"), f"{ngettext('one', 'many', n)} {_(variable)}")"""
    )
    found = [(one[1], one[2]) for one in extract(io.BytesIO(source), {"_": None, "ngettext": (1, 2)}, (), {})]
    assert sorted(found, key=str) == [("_", "Plain"), ("_", "Times"), ("ngettext", ("one", "many"))]
