"""Texts that speak of a cause (relief, health, nature, animals, equality) in five languages, by the beginnings of their words.

Only for measuring: how often the classifier takes an appeal of a charity or a firm's good deed for politics. A list of words
is a blunt tool, but it is open, the same for every set, and names nobody.
"""

import re

from political_ads.core.classifier.texts import plain

# French, English, Italian, Dutch, Spanish stems, by subject.
_GIVING = (
    "humanita|charit|bienfais|bénévol|volontariat|volunteer|fundrais|donat|donazion|solidari|soccors|"
    "beneficenz|liefdadig|vrijwillig|hulpactie|famin|hunger|hambre|honger"
)
_HEALTH = "cancer|cancro|kanker|maladi|disease|malatti|ziekte|hospital|hôpita|ospedal|ziekenhuis|autis|handicap|disab"
_NATURE = (
    "climat|environn?ement|ambient|milieu|sustainab|durabil|duurzaam|recycl|pollution|déchet|"
    "biodivers|wildlife|endangered|shelter|planèt|planet|pianeta"
)
_PEOPLE = (
    "orphan|orphelin|refugee|réfugié|rifugiat|vluchteling|homeless|senzatetto|dakloz|poverty|pauvreté|povert|"
    "armoede|égalité|equality|uguaglian|gelijkheid|racism|lgbt|violence|violenza|gewelddad"
)
_CAUSE = re.compile(rf"\b(?:{_GIVING}|{_HEALTH}|{_NATURE}|{_PEOPLE})")


def speaks_of_a_cause(text: str) -> bool:
    """Whether a word of the text begins like one of the list."""
    return _CAUSE.search(plain(text)) is not None
