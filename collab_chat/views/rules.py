"""Consensus rules and playbooks, for who manages them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collab_chat.core.consensus import Rule
from collab_chat.core.playbooks import Playbook, in_language
from collab_chat.models import ConsensusRule
from collab_chat.views.qualification import rule_words
from common.accounts.models import Organisation
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.forms import Form


@dataclass(frozen=True)
class RuleView:
    """A rule in words; `id` None: the default, which holds where no other does."""

    id: int | None
    name: str
    organisations: str
    words: str


@dataclass(frozen=True)
class PlaybookLine:
    """A playbook in the list."""

    key: str
    name: str
    why: str
    steps: int
    own: bool


@dataclass(frozen=True)
class RulesPage:
    """The page of rules and playbooks."""

    rules: list[RuleView]
    organisations: list[tuple[str, str]]
    playbooks: list[PlaybookLine]
    form: Form
    playbook_form: Form


def rules_page(
    rules: Sequence[ConsensusRule],
    organisations: Sequence[Organisation],
    playbooks: Mapping[str, Playbook],
    own: frozenset[str],
    *,
    form: Form,
    playbook_form: Form,
) -> RulesPage:
    """Word rules and playbooks."""
    names = {str(one.id): one.name for one in organisations}
    language = current_locale()
    default = RuleView(None, _("As shipped"), _("where no other rule holds"), rule_words(Rule()))
    return RulesPage(
        rules=[*(_rule(one, names) for one in rules), default],
        organisations=sorted(names.items(), key=lambda pair: pair[1]),
        playbooks=[
            PlaybookLine(key, in_language(one.name, language), in_language(one.why, language), len(one.steps), key in own)
            for key, one in sorted(playbooks.items())
        ],
        form=form,
        playbook_form=playbook_form,
    )  # fmt: skip


def _rule(one: ConsensusRule, names: Mapping[str, str]) -> RuleView:
    held = ", ".join(sorted(names.get(key, key) for key in one.organisation_ids))
    return RuleView(one.id, one.name, held or _("all cases"), rule_words(Rule.model_validate(one.rule)))
