"""The Traffic Light Protocol, version 2.0 (FIRST, August 2022, https://www.first.org/tlp/): how far a thing may travel."""

from enum import StrEnum

from common.i18n import N_


class Tlp(StrEnum):
    """A marking, from the widest audience to the narrowest."""

    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    AMBER_STRICT = "amber+strict"
    RED = "red"

    @property
    def label(self) -> str:
        """The marking as the standard writes it (§ 2.3: capitals, `TLP:` before it)."""
        return f"TLP:{self.value.upper()}"

    @property
    def rank(self) -> int:
        """0 for CLEAR to 4 for RED."""
        return _ORDER.index(self)


_ORDER = tuple(Tlp)
TLP_MEANINGS: dict[Tlp, str] = {
    Tlp.CLEAR: N_("May be told to everybody."),
    Tlp.GREEN: N_("May be told in the community, not in public. Guests of the room read it."),
    Tlp.AMBER: N_(
        "For members of this room and those of their organisations who need it. Guests do not read it."
    ),
    Tlp.AMBER_STRICT: N_("For members of the author's organisation in this room only."),
    Tlp.RED: N_("For the people named in it only."),
}


def strictest(*markings: Tlp) -> Tlp:
    """Return the narrowest of the markings; CLEAR of none."""
    return max(markings, key=lambda one: one.rank, default=Tlp.CLEAR)
