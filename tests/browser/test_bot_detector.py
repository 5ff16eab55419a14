"""An analyst at work in a real browser: paste, read why, move the prevalence, take a file through its job."""

import json
import re

import pytest

from tests.browser.conftest import serious_violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def likelihood(page):
    return page.locator(".gauge-value").first.inner_text()


def test_from_an_example_to_another_prevalence(open_page):
    page = open_page("/en/bots/")
    page.click("text=A young, busy amplifier")
    assert "news_wave" in page.locator("textarea[name=text]").input_value()
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(r"/en/bots/scores/"))
    before = likelihood(page)
    slider = page.locator("input[type=range]")
    slider.focus()
    slider.press("Home")  # 1 %
    page.wait_for_function("old => document.querySelector('.gauge-value').textContent !== old", arg=before)
    assert "percent=1" in page.url
    assert int(re.sub(r"\D", "", likelihood(page))) < int(re.sub(r"\D", "", before))
    assert serious_violations(page) == []


def test_everything_is_there_without_script(open_page):
    page = open_page("/fr/bots/?example=amplifier", script=False)
    page.click("main form button[type=submit]")
    assert "/fr/bots/scores/" in page.url
    before = likelihood(page)
    page.fill("form.bots-what-if input[name=percent]", "1")
    page.click("form.bots-what-if button[type=submit]")
    assert likelihood(page) != before


def test_what_was_pasted_is_kept_when_it_cannot_be_read(open_page):
    page = open_page("/en/bots/")
    page.fill("textarea[name=text]", "@somebody")
    page.click("main form button[type=submit]")
    assert page.locator("textarea[name=text]").input_value() == "@somebody"
    assert page.locator("[role=alert]").inner_text()
    assert serious_violations(page) == []


def test_a_file_becomes_a_job_whose_progress_ends_in_a_table(open_page, tmp_path):
    account = {"platform": "x", "followers": 5, "friends": 9, "statuses": 100, "favourites": 3, "listed": 0}
    account |= {
        "created_at": "2020-01-01T00:00:00Z",
        "observed_at": "2026-10-01T00:00:00Z",
        "description": "x" * 60,
    }
    file = tmp_path / "accounts.jsonl"
    file.write_text(
        "\n".join(json.dumps({**account, "account_id": str(n), "handle": f"h{n}"}) for n in range(8_000))
    )
    assert file.stat().st_size > 1_000_000
    page = open_page("/en/bots/", email="analyst@example.org")
    page.set_input_files("input[type=file]", file)
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(r"/en/bots/batches/"))
    page.wait_for_selector("text=8,000 accounts", timeout=60_000)
    assert page.locator("tr[data-item]").count() == 50
    assert serious_violations(page) == []


def test_a_table_with_unsure_columns_asks_a_person(open_page, tmp_path):
    file = tmp_path / "table.csv"
    file.write_text("id,user,abonnes\n1,some_body,12\n2,other_body,9\n")
    page = open_page("/en/bots/", email="analyst@example.org")
    page.set_input_files("input[type=file]", file)
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(r"/mapping"))
    assert serious_violations(page) == []
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    assert page.locator("main h1").inner_text()
