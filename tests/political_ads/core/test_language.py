"""The language of short texts, on sentences written for this test."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_ads.core.language import LANGUAGES, language_of

SENTENCES = [
    ("en", "Vote on Thursday: our schools need teachers, and your voice decides who pays for them."),
    ("en", "They're closing the library. Don't let them!"),
    ("fr", "Le 9 juin, votons pour une Europe qui protège nos emplois et nos services publics."),
    ("fr", "Signez la pétition : l’eau est un bien commun !"),
    ("es", "Este domingo tu voto decide: más médicos y menos listas de espera para nuestra ciudad."),
    ("de", "Am Sonntag zählt jede Stimme: für bezahlbare Wohnungen und eine gute Schule im Viertel."),
    ("it", "Domenica scegli chi difende la sanità pubblica e il lavoro della nostra regione."),
    ("nl", "Stem op 22 november voor een schone rivier en betaalbare woningen in onze stad."),
    ("pt", "No domingo, o seu voto decide: mais escolas e menos impostos para as famílias."),
    ("ru", "Приходите на выборы в воскресенье и решайте сами."),
    ("uk", "Приходьте на вибори та вирішуйте самі, якою буде країна."),
    ("el", "Την Κυριακή ψηφίζουμε για το σχολείο της γειτονιάς μας."),
    ("ar", "صوتوا يوم الأحد من أجل مدارس أفضل"),
    ("ja", "日曜日は投票へ行こう"),
]


@pytest.mark.parametrize(("code", "sentence"), SENTENCES)
def test_a_sentence_is_known_by_its_small_words_or_its_script(code: str, sentence: str) -> None:
    assert language_of(sentence) == code


@pytest.mark.parametrize(
    "text", ["", "2024", "🗳️🗳️", "#Vote2024 https://example.org/the/and/of", "Zyxo Brantic Velmo Kurnes"]
)
def test_without_words_of_a_language_nothing_is_said(text: str) -> None:
    assert language_of(text) == ""


@given(st.text(max_size=300))
def test_any_text_gets_a_code_or_nothing(text: str) -> None:
    assert language_of(text) in {
        *LANGUAGES,
        "ru",
        "uk",
        "ar",
        "el",
        "he",
        "ko",
        "ja",
        "zh",
        "th",
        "hi",
        "ka",
        "hy",
        "",
    }
