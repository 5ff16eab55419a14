"""A form's values and errors, so that nothing typed is lost when something must be corrected."""

from dataclasses import dataclass, field

from common.errors import Invalid


@dataclass(frozen=True)
class Form:
    """What was typed, and what is wrong with it: field → sentence; `summary` stands on top."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    summary: str = ""

    @classmethod
    def refused(cls, problem: Invalid, **values: str) -> "Form":
        """Return the form again, with what was typed and the reasons."""
        return cls(values, problem.fields, problem.message)
