"""What a web page says of itself as a source."""

from hypothesis import given
from hypothesis import strategies as st

from encyclopedia.core.page_meta import author_of, read_meta
from encyclopedia.schemas import Author

URL = "https://example.org/a/page?utm_source=x"


def page(head: str) -> str:
    return f"<!doctype html><html lang='fr-FR'><head>{head}</head><body><h1>Not read</h1></body></html>"


def test_a_journal_article_is_read_from_its_scholarly_tags() -> None:
    meta = read_meta(
        page(
            """<title>The spread of things | Journal</title><meta name="citation_title" content="The spread of things">
            <meta name="citation_author" content="Vosoughi, Soroush"><meta name="citation_author" content="Roy, Deb">
            <meta name="citation_publication_date" content="2018/03/09"><meta name="citation_journal_title" content="Science">
            <meta name="citation_doi" content="doi:10.1126/science.aap9559"><meta property="og:title" content="Something shorter">"""
        ),
        URL,
    )
    assert meta.title == "The spread of things"
    assert meta.authors == (Author(family="Vosoughi", given="Soroush"), Author(family="Roy", given="Deb"))
    assert (meta.issued, meta.container, meta.doi, meta.type) == (
        "2018-03-09",
        "Science",
        "10.1126/science.aap9559",
        "article-journal",
    )
    assert meta.language == "fr-FR"


def test_a_news_article_is_read_from_json_ld() -> None:
    meta = read_meta(
        page(
            """<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "x"}, {"@type": ["NewsArticle"],
            "headline": "A campaign &amp; its sites", "author": [{"@type": "Person", "name": "Ada Lovelace"}],
            "datePublished": "2024-02-12T10:00:00Z", "publisher": {"name": "A Newspaper"}}]}</script>
            <link rel="canonical" href="https://example.org/a/page">"""
        ),
        URL,
    )
    assert meta.authors == (Author(family="Lovelace", given="Ada"),)
    assert (meta.issued, meta.publisher, meta.container, meta.type) == (
        "2024-02-12",
        "A Newspaper",
        "A Newspaper",
        "article-newspaper",
    )
    assert meta.url == "https://example.org/a/page"


def test_open_graph_and_the_title_are_taken_where_nothing_better_is_said() -> None:
    meta = read_meta(
        page(
            "<title> A page\n — A site</title><meta property='og:site_name' content='A site'>"
            "<meta property='article:published_time' content='2023-5'>"
        ),
        URL,
    )
    assert (meta.title, meta.container, meta.issued, meta.type) == ("A page", "A site", "2023-05", "webpage")


def test_a_page_cannot_name_another_site_as_its_address() -> None:
    meta = read_meta(page("<link rel=canonical href='https://elsewhere.example/x'>"), URL)
    assert meta.url == URL


def test_dates_that_cannot_be_are_cut_to_their_year() -> None:
    assert read_meta(page("<meta name=date content='2021-13-40'>"), URL).issued == "2021"
    assert read_meta(page("<meta name=date content='yesterday'>"), URL).issued == ""


def test_organisations_are_not_cut_into_first_and_last_names() -> None:
    assert author_of("Oxford Internet Institute") == Author(literal="Oxford Internet Institute")
    assert author_of("VIGINUM") == Author(literal="VIGINUM")
    assert author_of("Hannah  Arendt") == Author(family="Arendt", given="Hannah")


@given(st.text(max_size=400))
def test_no_page_breaks_the_reader(html: str) -> None:
    read_meta(html, URL)
    read_meta(
        page(f"<script type='application/ld+json'>{html}</script><meta name='date' content='{html}'>"), URL
    )
