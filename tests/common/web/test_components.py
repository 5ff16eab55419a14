"""The components: they render strictly, under the content policy, escape what they are given, and lose nothing typed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from jinja2 import Environment

from common.i18n import use_locale
from common.web import charts
from common.web.charts.samples import Samples, samples
from common.web.templating import COMMON, build_environment

TEMPLATES = sorted((COMMON / "templates").rglob("*.html"))
HANDLER = re.compile(r"\son[a-z]+=|\sstyle=|<style|javascript:", re.IGNORECASE)
HOSTILE = '"><script>alert(1)</script>'


@dataclass
class Typed:
    """A form as it comes back refused."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    summary: str = ""


@pytest.fixture(scope="module")
def environment() -> Environment:
    return build_environment(())


@pytest.fixture(params=["en", "fr"])
def invented(request: pytest.FixtureRequest) -> Iterator[Samples]:
    with use_locale(request.param):
        yield samples()


def draw(environment: Environment, source: str, **values: object) -> str:
    return environment.from_string('{% import "ui.html" as ui %}' + source).render(**values)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_no_template_needs_what_the_content_policy_forbids(template: Path) -> None:
    assert not HANDLER.search(template.read_text())


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_every_template_compiles(environment: Environment, template: Path) -> None:
    assert environment.get_template(str(template.relative_to(COMMON / "templates"))) is not None


def test_a_refused_form_keeps_what_was_typed_and_names_each_error_twice(environment: Environment) -> None:
    form = Typed({"email": "camille@"}, {"email": "Write the whole address."}, "One thing to mend")
    html = draw(
        environment,
        '{{ ui.form_errors(form) }}{{ ui.field(form, "email", "Email", hint="As you sign in") }}',
        form=form,
    )
    assert 'value="camille@"' in html
    assert html.count("Write the whole address.") == 2
    assert 'href="#email"' in html
    assert 'aria-describedby="email-hint email-error"' in html
    assert 'aria-invalid="true"' in html


def test_a_password_is_never_written_back(environment: Environment) -> None:
    form = Typed({"password": "correct horse"})
    assert "correct horse" not in draw(
        environment, '{{ ui.field(form, "password", "Password", type="password") }}', form=form
    )


def test_a_select_and_radios_keep_the_choice(environment: Environment) -> None:
    source = '{{ ui.select(form, "a", "A", [("1", "one"), ("2", "two")]) }}{{ ui.radios(form, "b", "B", [("x", "ex"), ("y", "why")]) }}'
    html = draw(environment, source, form=Typed({"a": "2", "b": "y"}))
    assert '<option value="2" selected>' in html
    assert 'value="y" checked' in html
    assert html.count("selected") == html.count("checked") == 1


@pytest.mark.parametrize(
    "source",
    [
        "{{ ui.button(text) }}",
        "{{ ui.copy(text) }}",
        '{{ ui.field(None, "a", text, hint=text, value=text) }}',
        "{{ ui.facts([(text, text)]) }}",
        "{{ ui.status(text) }}",
        "{{ ui.notice(text) }}",
        '{{ ui.td(text, text) }}{{ ui.term("word", text) }}',
        '{{ ui.breadcrumb([(text, "/"), (text, None)]) }}',
        "{{ ui.progress(text, 1, 2, note=text) }}",
        "{{ ui.bars(view) }}",
    ],
)
def test_what_people_wrote_is_shown_and_never_run(environment: Environment, source: str) -> None:
    html = draw(environment, source, text=HOSTILE, view=charts.bars([(HOSTILE, 1, HOSTILE)]))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_sorted_column_says_so(environment: Environment) -> None:
    columns = [
        {"label": "Name", "sort": "?by=name", "sorted": "descending"},
        {"label": "Posts", "numeric": True},
    ]
    source = "{% call(row) ui.table([1, 2], columns, 'Accounts') %}{{ ui.td('Name', row, header=True) }}{% endcall %}"
    html = draw(environment, source, columns=columns)
    assert '<th scope="col" aria-sort="descending"><a class="sort" href="?by=name">' in html
    assert html.count('<th scope="row" data-label="Name">') == 2


@pytest.mark.parametrize(
    ("page", "pages", "shown"),
    [(1, 1, ""), (1, 3, "1 2 3"), (4, 23, "1 … 3 4 5 … 23"), (2, 2, "1 2"), (23, 23, "1 … 22 23")],
)
def test_pagination_shows_the_ends_and_the_neighbours(
    environment: Environment, page: int, pages: int, shown: str
) -> None:
    html = draw(environment, '{{ ui.pagination(page, pages, "?page={page}") }}', page=page, pages=pages)
    numbers = re.findall(r">(\d+|…)</(?:a|span)>", html)
    assert " ".join(numbers) == shown


def test_progress_without_an_end_asks_again_and_says_nothing_false(environment: Environment) -> None:
    html = draw(environment, '{{ ui.progress("Reading", poll="/jobs/1") }}')
    assert "data-poll" in html
    assert 'hx-get="/jobs/1"' in html
    assert "value=" not in html


def test_every_chart_draws_in_both_languages(environment: Environment, invented: Samples) -> None:
    source = (
        '{{ ui.gauge(s.gauge, "label", value="86") }}{{ ui.waterfall(s.waterfall, "label", ("a", "1"), ("b", "2")) }}'
        '{{ ui.histogram(s.histogram, "label", "x", "y") }}{{ ui.bars(s.bars) }}{{ ui.strip(s.strips[0], "label") }}'
        '{{ ui.line_chart(s.lines, "label", "x", "y", dots=True) }}'
    )
    html = draw(environment, source, s=invented)
    assert html.count("<svg") == html.count("</svg>")
    assert html.count('role="img"') == 4  # bars and the waterfall are lists: their words are text already
    assert "None" not in html


def test_a_chart_carries_its_figures_and_downloads(environment: Environment, invented: Samples) -> None:
    source = (
        '{% call ui.chart("Finding", source="Source, 2026", columns=["Bin", "Accounts"], rows=s.histogram_rows,'
        ' downloads=[("CSV", "/x.csv")]) %}drawing{% endcall %}'
    )
    html = draw(environment, source, s=invented)
    assert html.count("<tr>") == len(invented.histogram_rows) + 1
    assert 'href="/x.csv"' in html
