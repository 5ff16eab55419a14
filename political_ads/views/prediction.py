"""What a model says of one creative, in words: a guess with its likelihood and the words that it rests on, never a verdict."""

from dataclasses import dataclass

from fastapi import Request

from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.charts import Bars, bars
from common.web.formats import Formats
from common.web.templating import path_for
from political_ads.core.classifier.model import Term
from political_ads.schemas import in_language
from political_ads.service.predicting import Said, reads_facts
from political_ads.views.fact_words import fact_words

_formats = Formats()
LEAST = 0.005  # of a contribution in log-odds, below which a word is not shown


@dataclass(frozen=True)
class WordLine:
    """A word, or a fact in words, and what it adds."""

    word: str
    contribution: str


@dataclass(frozen=True)
class PredictionView:
    """The part on a creative's page."""

    campaign: str
    question: str
    finding: str
    chart: Bars
    rows: tuple[tuple[str, str], ...]
    speaks_for: tuple[WordLine, ...]
    speaks_against: tuple[WordLine, ...]
    explained: bool
    facts: bool
    made: str
    href: str
    still_asked: bool
    learned: bool


def prediction_view(request: Request, said: Said) -> PredictionView:
    """Return what the model says, every answer with its likelihood."""
    main, language = said.questionnaire.main, current_locale()
    words = {option.key: in_language(option.label, language) for option in main.options}
    shares = sorted(said.prediction.probabilities.items(), key=lambda row: -row[1])
    lines = [(words.get(key, key), share, _formats.percent(share)) for key, share in shares]
    terms = [
        term
        for term in (said.explanation.terms if said.explanation else ())
        if abs(term.contribution) > LEAST
    ]
    facts = reads_facts(said.model)
    return PredictionView(
        campaign=in_language(said.campaign.title, language) or said.campaign.slug,
        question=in_language(main.text, language),
        finding=(
            _(
                "From its words and what is stated beside them, the model guesses “%(answer)s”, with a likelihood of %(share)s"
            )
            if facts
            else _("From its words alone, the model guesses “%(answer)s”, with a likelihood of %(share)s")
        )
        % {
            "answer": words.get(said.likeliest, said.likeliest),
            "share": _formats.percent(said.prediction.probabilities[said.likeliest]),
        },
        chart=bars(lines, top=1.0),
        rows=tuple((label, told) for label, _share, told in lines),
        speaks_for=tuple(_line(t, "+") for t in terms if t.contribution > 0),
        speaks_against=tuple(_line(t, "−") for t in terms if t.contribution < 0),
        explained=said.explanation is not None,
        facts=facts,
        made=_("Version %(version)s of the model, %(when)s")
        % {"version": said.model.version, "when": _formats.datetime(said.prediction.at)},
        href=path_for(request, "ads_model", slug=said.campaign.slug),
        still_asked=said.item.state == "open",
        learned=said.learned,
    )


def _line(term: Term, sign: str) -> WordLine:
    shown = fact_words(term.term) if term.fact else term.term
    return WordLine(shown, f"{sign}{_formats.number(abs(term.contribution), 2)}")
