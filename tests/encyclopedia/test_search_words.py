"""Folding, stems, the search box and snippets: properties and examples."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encyclopedia.core.indexed import Content, indexed, vectors, vocabulary_of
from encyclopedia.core.search_box import Filter, Term, read_box
from encyclopedia.core.words import (
    LONGEST_WORD,
    MOST_WORDS,
    filter_token,
    fold,
    plain_words,
    stems,
    tokens,
    words,
)
from encyclopedia.queries.search_ranking import AskedTerm
from encyclopedia.queries.search_snippets import LENGTH, snippet

LETTERS = st.text(st.characters(codec="utf-8"), max_size=80)
KEYS = ("kind", "lang")


@given(LETTERS)
def test_folding_keeps_every_place_and_is_done_once(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded
    for word in words(text):
        assert 0 <= word.start < word.end <= len(text)
        assert len(word.text) <= LONGEST_WORD


@given(st.text(st.sampled_from("aàâäcçeéèêëiîïoôuùûüyÿœABCÉÈ"), min_size=1, max_size=12))
def test_accents_and_case_make_no_difference_to_what_is_indexed(word: str) -> None:
    plain = "".join(
        letter for letter in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(letter)
    )
    for language in ("en", "fr", "de"):
        assert tokens(plain_words(word), language) == tokens(plain_words(plain), language)


@pytest.mark.parametrize(
    ("language", "alike"),
    [
        ("fr", "détecté détectée détectés détectées détecter détection détecte"),
        ("fr", "réseau réseaux"),
        ("fr", "journal journaux"),
        ("fr", "première premières premier premiers"),
        ("fr", "vérifié vérifiée vérifiées vérifie vérifier vérifient vérification"),
        ("fr", "crédibilité crédibilités"),
        ("en", "claim claims claimed claiming"),
        ("en", "study studies studied"),
        ("en", "verify verifies verified verifying"),
    ],
)
def test_forms_of_a_word_have_one_stem(language: str, alike: str) -> None:
    assert len(set(stems(plain_words(alike), language))) == 1


def test_french_elisions_are_no_words() -> None:
    text = "L’information qu'elle donne aujourd'hui, jusqu’à l'été : d'Angelo, don't"
    assert plain_words(text) == [
        "information", "elle", "donne", "aujourd", "hui", "a", "ete", "angelo", "don", "t",
    ]  # fmt: skip
    assert plain_words("Œuvre, cœur, Straße") == ["oeuvre", "coeur", "strasse"]


def test_filters_and_words_cannot_be_taken_for_each_other() -> None:
    assert filter_token("kind", "tool") != filter_token("kind", "actor")
    assert plain_words("_0123456789 a_b") == ["0123456789", "a", "b"]
    assert filter_token("kind", "tool").startswith("_")


def test_a_box_is_read_as_it_was_typed() -> None:
    box = read_box('éLAN "faux comptes" -bruit kind:tool -lang:fr http://a.b fact-check begin* lang:', KEYS)
    assert [(term.words, term.excluded, term.begins) for term in box.terms] == [
        (("elan",), False, False),
        (("faux", "comptes"), False, False),
        (("bruit",), True, False),
        (("http", "a", "b"), False, False),
        (("fact", "check"), False, False),
        (("begin",), False, True),
        (("lang",), False, False),
    ]
    assert box.filters == (Filter("kind", "tool"), Filter("lang", "fr", excluded=True))
    assert box.text[box.terms[1].start : box.terms[1].end] == '"faux comptes"'


def test_words_that_are_everywhere_are_left_out_where_others_remain() -> None:
    assert [term.words for term in read_box("the list of the tools", KEYS).terms] == [("list",), ("tools",)]
    assert [term.words for term in read_box("the of", KEYS).terms] == [("the",), ("of",)]
    assert [term.words for term in read_box('"the list"', KEYS).terms] == [("the", "list")]


def test_only_an_unfinished_word_is_a_beginning() -> None:
    assert read_box("fact chec", KEYS, typing=True).terms[-1] == Term(("chec",), 5, 9, begins=True)
    assert not read_box("fact check ", KEYS, typing=True).terms[-1].begins
    assert not read_box("fact -chec", KEYS, typing=True).terms[-1].begins


@given(LETTERS)
def test_a_box_takes_anything(text: str) -> None:
    box = read_box(text, KEYS, typing=True)
    for term in box.terms:
        assert term.words
        assert 0 <= term.start < term.end <= len(box.text)


@given(LETTERS, LETTERS, LETTERS)
def test_what_is_kept_of_a_page_gives_its_words_back(title: str, lead: str, plain: str) -> None:
    page = indexed(Content("en", title, lead=lead, plain=plain))
    assert vocabulary_of(page.words, plain) == (page.vocabulary, page.title_words)
    assert len(page.segments()) == 4
    head, everything = vectors(page, ["_0011223344"])
    assert head.count("'") == 2 * len(set(page.stems.replace("|", " ").split()) | {"_"})
    assert "'_0011223344'" in everything


def test_a_very_long_text_is_indexed_as_far_as_both_databases_can() -> None:
    page = indexed(Content("en", "Long", plain="word " * (MOST_WORDS + 500)))
    assert len(page.body) + 1 == MOST_WORDS


def asked(word: str, language: str = "en") -> AskedTerm:
    return AskedTerm((word,), ((tokens([word], language)[0],),))


def test_a_snippet_is_the_stretch_with_the_most_of_the_words() -> None:
    plain = f"A claim alone. {'Nothing here. ' * 40}Two studies of a claim. {'The end. ' * 40}"
    spans = snippet(plain, [asked("claim"), asked("study")], "en")
    assert [span.text for span in spans if span.marked] == ["studies", "claim"]
    shown = "".join(span.text for span in spans)
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) <= LENGTH + 6


@given(LETTERS, st.sampled_from(["a", "le", "mot", "é"]))
def test_a_snippet_holds_only_what_the_text_holds(plain: str, word: str) -> None:
    spans = snippet(plain, [asked(fold(word), "fr")], "fr")
    shown = "".join(span.text for span in spans)
    assert shown.split() == plain.split()
    for span in spans:
        assert not span.marked or span.text in plain
