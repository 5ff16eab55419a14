from datetime import date
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.i18n import use_locale
from encyclopedia.core.bibliography import csl_date, to_bibtex, to_csl
from encyclopedia.core.citations import coins, propose_key, reference
from encyclopedia.core.markup import Citation
from encyclopedia.core.markup.citing import read_citations
from encyclopedia.schemas import Author, SourceData

PAPER = SourceData(
    key="roe-networks-2019",
    type="article-journal",
    title="Networks & {other} shapes: 100 % of_them",
    authors=(Author(family="Roe", given="Jane-Ann B."), Author(literal="The Observatory")),
    issued="2019-05",
    container="Journal of Examples",
    publisher="Example Press",
    url="https://journal.example/a_b?c=1&d={2}",
    doi="10.1234/abc.5",
    language="en",
    accessed=date(2026, 9, 1),
)


@pytest.mark.parametrize(
    ("inner", "citations"),
    [
        ("@meta-2024", (Citation("meta-2024"),)),
        ("@meta-2024, p. 3, note 2", (Citation("meta-2024", "p. 3, note 2"),)),
        ("@A:b.c ; @d, §5", (Citation("a:b.c"), Citation("d", "§5"))),
        ("@meta and more", ()),
        ("@a; b", ()),
        ("@", ()),
    ],
)
def test_citations_are_read(inner: str, citations: tuple[Citation, ...]) -> None:
    assert read_citations(inner) == citations


def test_a_reference_is_given_in_parts_with_the_lasting_address_first() -> None:
    shown = reference(PAPER)

    assert shown.authors == "Roe, J.-A. B. and The Observatory"
    assert (shown.year, shown.container) == ("2019", "Journal of Examples")
    assert (shown.href, shown.link_text) == ("https://doi.org/10.1234/abc.5", "doi:10.1234/abc.5")
    assert shown.accessed == "2026-09-01"


def test_many_authors_are_cut_and_none_and_no_date_are_said() -> None:
    many = SourceData(key="m", title="T", authors=tuple(Author(family=name) for name in "ABCD"))
    with use_locale("en"):
        assert reference(many).authors == "A et al."
        assert reference(many).year == "n.d."
        assert (
            reference(SourceData(key="n", title="T", url="https://www.example.org/x")).link_text
            == "example.org"
        )


def test_csl_has_names_dates_and_types_in_its_words() -> None:
    item = to_csl(PAPER)

    assert item["author"] == [{"family": "Roe", "given": "Jane-Ann B."}, {"literal": "The Observatory"}]
    assert item["issued"] == {"date-parts": [[2019, 5]]}
    assert item["accessed"] == {"date-parts": [[2026, 9, 1]]}
    assert (item["type"], item["DOI"], item["container-title"]) == (
        "article-journal",
        "10.1234/abc.5",
        "Journal of Examples",
    )
    assert to_csl(SourceData(key="v", title="T", type="video")) == {
        "id": "v",
        "type": "motion_picture",
        "title": "T",
    }


@pytest.mark.parametrize(
    ("edtf", "parts"),
    [
        ("2019", [[2019]]),
        ("2019-05-07", [[2019, 5, 7]]),
        ("2019/2020-01", [[2019], [2020, 1]]),
        ("2019/..", [[2019]]),
    ],
)
def test_dates_become_date_parts(edtf: str, parts: list[list[int]]) -> None:
    assert csl_date(edtf) == {"date-parts": parts}


def test_bibtex_is_escaped_and_of_the_right_type() -> None:
    assert to_bibtex(PAPER).splitlines() == [
        "@article{roe-networks-2019,",
        r"  title = {{Networks \& \{other\} shapes: 100 \% of\_them}},",
        "  author = {Roe, Jane-Ann B. and {The Observatory}},",
        "  journal = {Journal of Examples},",
        "  publisher = {Example Press},",
        "  year = {2019},",
        "  month = {5},",
        "  doi = {10.1234/abc.5},",
        "  url = {https://journal.example/a_b?c=1&d=%7B2%7D},",
        "  urldate = {2026-09-01},",
        "  language = {en},",
        "}",
    ]
    assert to_bibtex(SourceData(key="r", title="T", type="report", publisher="Lab")).startswith(
        "@techreport{r,"
    )
    assert "institution = {Lab}" in to_bibtex(SourceData(key="r", title="T", type="report", publisher="Lab"))


@given(st.text(min_size=1, max_size=60).filter(str.strip))
def test_bibtex_braces_always_balance(title: str) -> None:
    shown = to_bibtex(SourceData(key="k", title=title)).replace(r"\{", "").replace(r"\}", "")

    assert shown.count("{") == shown.count("}")


def test_coins_say_what_a_reference_manager_needs() -> None:
    told = parse_qs(coins(PAPER))

    assert told["rft_val_fmt"] == ["info:ofi/fmt:kev:mtx:journal"]
    assert told["rft.atitle"] == [PAPER.title]
    assert told["rft.jtitle"] == ["Journal of Examples"]
    assert told["rft.au"] == ["Roe, Jane-Ann B.", "The Observatory"]
    assert told["rft_id"] == [PAPER.url, "info:doi/10.1234/abc.5"]
    page = parse_qs(coins(SourceData(key="w", title="A page", url="https://example.org", issued="2020/2021")))
    assert (page["rft_val_fmt"], page["rft.title"]) == (["info:ofi/fmt:kev:mtx:dc"], ["A page"])
    assert page["rft.date"] == ["2020"]


def test_every_type_of_source_has_its_title_in_coins() -> None:
    for kind in SourceData.model_fields["type"].annotation.__args__:  # type: ignore[union-attr]
        assert "Telling+words" in coins(SourceData(key="k", title="Telling words", type=kind))


def test_a_key_is_proposed_from_author_title_and_year_and_is_not_taken() -> None:
    authors = (Author(literal="Meta"),)

    assert (
        propose_key("CrowdTangle is closing", authors=authors, issued="2024-08", taken=())
        == "meta-crowdtangle-2024"
    )
    assert (
        propose_key("CrowdTangle", authors=authors, issued="2024", taken={"meta-crowdtangle-2024"})
        == "meta-crowdtangle-2024-2"
    )
    assert propose_key("À propos", url="https://www.example.org/x") == "example-propos"


@given(st.text(max_size=300), st.text(max_size=300), st.sampled_from([None, "2019", "2019-05/.."]))
def test_a_proposed_key_is_always_a_key(title: str, name: str, issued: str | None) -> None:
    key = propose_key(title, authors=(Author(literal=name[:300]),), issued=issued)

    assert SourceData(key=key, title="T").key == key
