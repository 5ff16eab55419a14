"""Reads plain values into shapes part by part: what is wrong is reported and left out, the rest is kept."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from common.i18n import N_
from encyclopedia.core.plain_yaml import Place
from encyclopedia.schemas import Message

ModelT = TypeVar("ModelT", bound=BaseModel)
Say = Callable[[Place, Message], None]

ROUNDS = 5  # leaving out a part may leave the part around it incomplete, and so on outwards
_WORDS: dict[str, str] = {
    "missing": N_("%(place)s is missing."),
    "extra_forbidden": N_("%(place)s is not known."),
    "enum": N_("%(place)s: “%(value)s” is not one of %(expected)s."),
    "literal_error": N_("%(place)s: “%(value)s” is not one of %(expected)s."),
    "string_too_long": N_("%(place)s is longer than %(most)s characters."),
    "string_too_short": N_("%(place)s is empty."),
    "string_type": N_("%(place)s is not a text."),
    "string_pattern_mismatch": N_("%(place)s: “%(value)s” is not written as it should be."),
}
_OTHERWISE = N_("%(place)s: “%(value)s” cannot be used.")


def accept(model: type[ModelT], given: dict[str, Any], say: Say) -> ModelT | None:
    """Validate `given`, leaving out what is wrong; None where too little is left. `given` is changed on the way."""
    said: set[Place] = set()
    for _ in range(ROUNDS):
        try:
            return model.model_validate(given)
        except ValidationError as error:
            details = error.errors(include_url=False)
        places = []
        for detail in details:
            place: Place = tuple(detail["loc"])
            # What lacks only because its wrong content was just left out needs no second sentence.
            if place not in said:
                said.add(place)
                say(place, _sentence(place, detail))
            places.append(place[:-1] if detail["type"] == "missing" else place)
        if not all(places):
            return None
        _leave_out(given, places)
    return None


def _sentence(place: Place, detail: Any) -> Message:
    values: dict[str, str | int] = {
        "place": ".".join(map(str, place)),
        "value": str(detail.get("input", ""))[:80],
        "expected": str(detail.get("ctx", {}).get("expected", "")).replace("'", ""),
        "most": detail.get("ctx", {}).get("max_length", 0),
    }
    return Message(template=_WORDS.get(detail["type"], _OTHERWISE), values=values)


def _leave_out(given: Any, places: Iterable[Place]) -> None:
    # From the end of each list, so that the positions before it stay true.
    for place in sorted(set(places), key=lambda place: tuple(map(_sortable, place)), reverse=True):
        holder = given
        for step in place[:-1]:
            holder = _member(holder, step)
        if _member(holder, place[-1]) is not None:
            del holder[place[-1]]


def _member(holder: Any, step: str | int) -> Any:
    if isinstance(holder, dict):
        return holder.get(step)
    return holder[step] if isinstance(holder, list) and isinstance(step, int) and step < len(holder) else None


def _sortable(step: str | int) -> tuple[int, int, str]:
    return (0, step, "") if isinstance(step, int) else (1, 0, step)
