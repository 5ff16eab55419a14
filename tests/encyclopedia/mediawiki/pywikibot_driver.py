"""Drives a served encyclopedia with an unmodified pywikibot; run as a program of its own, since pywikibot keeps global state.

    python pywikibot_driver.py FAMILY_FILE PICTURE LARGE_PICTURE

PYWIKIBOT_DIR names a folder for its files. Prints what became of each check as JSON: name → "ok" or the traceback.
"""

import json
import sys
import traceback
from collections.abc import Callable
from itertools import islice
from typing import Any

import pywikibot
from pywikibot import config, pagegenerators
from pywikibot.exceptions import (
    APIError,
    EditConflictError,
    LockedPageError,
    NoCreateError,
    NoPageError,
    PageCreatedConflictError,
)

TOOLS = [f"Tool {number}" for number in range(7)]
CHECKS: list[Callable[[Any], None]] = []


def check(function: Callable[[Any], None]) -> Callable[[Any], None]:
    CHECKS.append(function)
    return function


def refused(error: type[Exception], act: Callable[[], Any]) -> str:
    """Return what was said when something was refused, as it should be."""
    try:
        act()
    except error as refusal:
        return str(refusal)
    raise AssertionError(f"{error.__name__} was expected")


def page(site: Any, title: str) -> Any:
    return pywikibot.Page(site, title)


@check
def it_knows_the_site(site: Any) -> None:
    assert str(site.mw_version) == "1.39.0-encyclopedia", site.mw_version
    assert site.lang == "en"
    assert site.namespaces.CATEGORY.custom_name == "Category"
    assert site.siteinfo["case"] == "case-sensitive"
    assert "png" in site.file_extensions
    assert site.siteinfo.get("statistics")["articles"] == 10
    assert not site.has_extension("ProofreadPage")
    assert site.restrictions["levels"] == {"", "reviewers", "coordinators"}
    assert site.server_time()


@check
def it_knows_all_modules(site: Any) -> None:
    paths = site._paraminfo.module_paths
    site._paraminfo.fetch(paths)
    assert {"edit", "query+revisions", "query+recentchanges"} <= paths
    for path in paths:
        assert site._paraminfo[path]["path"] == path


@check
def it_logs_in(site: Any) -> None:
    site.login()
    assert site.logged_in()
    assert site.user() == "Robin"
    assert site.has_right("edit")
    assert site.has_group("user")
    assert set(site.tokens["csrf"]) > set("+\\")


@check
def it_reads(site: Any) -> None:
    article = page(site, "Prebunking")
    assert article.exists()
    assert article.text.startswith("The idea is old")
    assert article.content_model == "markdown"
    assert article.latest_revision.user == "Robin"
    assert article.oldest_revision.comment == "Begun"
    assert not page(site, "Nothing of the kind").exists()
    refused(NoPageError, page(site, "Nothing of the kind").get)
    assert page(site, "Prebunking/fr").text == "Prévenir avant que cela n’arrive.\n"
    assert page(site, "Prebunking").botMayEdit()
    assert page(site, "Category:Tool").text
    assert article.permalink()


@check
def it_follows_redirects(site: Any) -> None:
    former = page(site, "Inoculation")
    assert former.isRedirectPage()
    assert former.getRedirectTarget().title() == "Prebunking"
    assert [each.title() for each in page(site, "Prebunking").redirects()] == ["Inoculation"]


@check
def it_lists_pages(site: Any) -> None:
    every = [each.title() for each in site.allpages(filterredir=False)]
    assert every == ["Fact-checking", "Prebunking", "Prebunking/fr", *TOOLS], every
    assert [each.title() for each in site.allpages(prefix="Tool ", total=3)] == TOOLS[:3]
    assert [each.title() for each in site.allpages(start="Tool 5")] == TOOLS[5:]
    loaded = list(site.preloadpages([page(site, title) for title in TOOLS]))
    assert all(each.text.startswith("Tool number") for each in loaded)
    assert len(list(site.load_pages_from_pageids([each.pageid for each in loaded]))) == len(TOOLS)
    assert len(list(site.randompages(total=3))) == 3


@check
def it_lists_categories(site: Any) -> None:
    tools = pywikibot.Category(site, "Category:Tool")
    assert [each.title() for each in tools.articles()] == TOOLS
    assert tools.categoryinfo["pages"] == len(TOOLS)
    assert [each.title() for each in tools.articles(content=True, total=2)] == TOOLS[:2]
    own = {each.title() for each in page(site, "Tool 1").categories()}
    assert {"Category:Tool", "Category:Phase: Detection"} <= own, own
    assert tools in set(site.allcategories())
    recent = pagegenerators.CategorizedPageGenerator(tools, total=2)
    assert len(list(recent)) == 2


@check
def it_lists_links(site: Any) -> None:
    article = page(site, "Prebunking")
    back = {each.title() for each in article.backlinks(follow_redirects=False, filter_redirects=False)}
    assert back == {"Fact-checking", *TOOLS}, back
    assert back <= {each.title() for each in article.getReferences(follow_redirects=True)}
    assert {each.title() for each in article.linkedPages()} == {"Fact-checking", "Not yet written"}
    assert list(article.extlinks()) == ["https://www.example.org/study?id=1"]
    assert list(article.templates()) == []
    assert list(article.embeddedin()) == []
    assert [each.title() for each in site.exturlusage("www.example.org", protocol="https")] == ["Prebunking"]
    assert article.properties()["kind"] == "practice"


@check
def it_walks_history(site: Any) -> None:
    article = page(site, "Prebunking")
    comments = [revision.comment for revision in article.revisions()]
    assert comments[0] == "The usual word"
    assert comments[-1] == "Begun"
    assert len(comments) == 7
    first = next(article.revisions(reverse=True, total=1, content=True))
    assert first.text.startswith("The idea is old")
    assert article.getOldVersion(first.revid) == first.text
    assert article.contributors()["Robin"] == 7
    assert article.revision_count() == 7


@check
def it_walks_recent_changes(site: Any) -> None:
    changes = list(site.recentchanges(total=None))
    assert len({each["rcid"] for each in changes}) == len(changes) >= 16
    assert all(each["type"] in {"edit", "new", "log"} for each in changes)
    assert len(list(site.recentchanges(minor=False, bot=False, changetype="new"))) == 10
    mine = list(site.usercontribs(user="Robin"))
    assert len(mine) >= 16
    moved = next(site.logevents(logtype="move"))
    assert moved.page().title() == "Inoculation"
    assert moved.target_page.title() == "Prebunking"
    user = pywikibot.User(site, "Robin")
    assert user.isRegistered()
    assert user.editCount() >= 16
    assert user.registration()
    assert len(list(user.contributions(total=5))) == 5


@check
def it_continues_in_small_steps(site: Any) -> None:
    config.step = 3
    try:
        titles = [each.title() for each in site.allpages(filterredir=False)]
        changes = [each["rcid"] for each in site.recentchanges()]
        found = [each.title() for each in site.search("Tool")]
        history = list(page(site, "Prebunking").revisions())
        members = list(pywikibot.Category(site, "Category:Tool").articles())
    finally:
        config.step = -1
    assert len(titles) == len(set(titles)) == 10
    assert len(changes) == len(set(changes)) >= 16
    assert sorted(found) == TOOLS
    assert len(history) == 7
    assert len(members) == len(TOOLS)


@check
def it_searches(site: Any) -> None:
    assert sorted(each.title() for each in site.search("Tool")) == TOOLS
    assert next(iter(site.search("prebunking", where="text"))).title() == "Prebunking"


@check
def it_edits(site: Any) -> None:
    article = page(site, "Tool 1")
    article.text = "New text.\n"
    article.save("Rewritten")
    again = page(site, "Tool 1")
    assert again.text == "New text.\n"
    assert again.latest_revision.comment == "Rewritten"
    again.text = again.text
    again.save("Nothing")
    assert page(site, "Tool 1").latest_revision.comment == "Rewritten"
    site.editpage(page(site, "Tool 1"), "More", appendtext="\nAt the end.")
    assert page(site, "Tool 1").text == "New text.\n\nAt the end.\n"
    sectioned = page(site, "Prebunking")
    site.editpage(sectioned, "One section", text="## Limits\n\nNone known.\n", section="2")
    assert page(site, "Prebunking").text.startswith("The idea is old")
    assert "None known." in page(site, "Prebunking").text


@check
def it_writes_new_pages(site: Any) -> None:
    made = page(site, "Astroturfing")
    made.text = "Made to look like a movement.\n"
    made.save("New")
    assert page(site, "Astroturfing").exists()
    again, nowhere = page(site, "Astroturfing"), page(site, "Nowhere at all")
    refused(PageCreatedConflictError, lambda: site.editpage(again, "again", text="x", createonly=True))
    refused(NoCreateError, lambda: site.editpage(nowhere, "no", text="x", nocreate=True))


@check
def it_is_told_of_conflicts(site: Any) -> None:
    mine, theirs, other = page(site, "Tool 2"), page(site, "Tool 2"), page(site, "Tool 2")
    mine.text = mine.text.replace("helps with", "is of use in")
    theirs.text = theirs.text.replace("helps with", "does nothing for")
    other.text = other.text + "\nAnother line.\n"
    assert theirs.latest_revision
    assert other.latest_revision
    mine.save("first")
    other.save("elsewhere in the text")
    assert "is of use in" in page(site, "Tool 2").text
    assert "Another line." in page(site, "Tool 2").text
    refused(EditConflictError, lambda: theirs.save("second"))


@check
def it_moves_and_watches(site: Any) -> None:
    page(site, "Tool 3").move("Tool three", "Spelled out")
    assert page(site, "Tool 3").getRedirectTarget().title() == "Tool three"
    assert page(site, "Tool 4").watch()
    assert "Tool 4" in {each.title() for each in site.watched_pages()}
    assert page(site, "Tool 4").watch(unwatch=True)
    assert list(site.watchlist_revs(total=5))


@check
def it_compares_and_expands(site: Any) -> None:
    newest, before = islice(page(site, "Prebunking").revisions(), 2)
    assert "diffchange" in site.compare(before.revid, newest.revid)
    assert site.expand_text("Nothing {{here}}") == "Nothing {{here}}"
    assert "<h2" in page(site, "Prebunking").get_parsed_page()
    assert page(site, "Prebunking").purge()


@check
def it_uploads(site: Any) -> None:
    for name, path, size in (("square.png", sys.argv[2], 0), ("noise.png", sys.argv[3], 500_000)):
        file = pywikibot.FilePage(site, f"File:{name}")
        done = file.upload(
            path, summary="Shown", text="A picture. {{CC0-1.0}}", chunk_size=size, ignore_warnings=True
        )
        assert done, name
        again = pywikibot.FilePage(site, f"File:{name}")
        assert again.exists()
        assert again.latest_file_info.mime == "image/png"
    article = page(site, "Tool 5")
    article.text = "![A picture](media:square.png)\n"
    article.save("With a picture")
    assert [each.title() for each in page(site, "Tool 5").imagelinks()] == ["File:square.png"]
    assert [each.title() for each in pywikibot.FilePage(site, "File:square.png").using_pages()] == ["Tool 5"]


@check
def it_is_refused_what_is_not_for_members(site: Any) -> None:
    request = site.simple_request(action="delete", title="Tool 5", token=site.tokens["csrf"])
    assert "permissiondenied" in refused(APIError, request.submit)


def coordinator() -> Any:
    """All sites share one jar of cookies: whoever logs in must log out before another does."""
    boss = pywikibot.Site("en", "ours", user="Sasha")
    boss.login()
    assert boss.user() == "Sasha"
    return boss


@check
def it_logs_out(site: Any) -> None:
    site.logout()
    assert not site.logged_in()


@check
def a_coordinator_protects_and_patrols(site: Any) -> None:
    boss = coordinator()
    edit = next(boss.usercontribs(user="Robin", total=1))
    patrolled = next(boss.patrol(revid=edit["revid"]))
    assert patrolled["title"] == edit["title"]
    page(boss, "Tool 6").protect(summary="Disputed", protections={"edit": "reviewers"})
    assert page(boss, "Tool 6").protection()["edit"][0] == "reviewers"
    first = page(boss, "Tool 1")
    first.text = "The coordinator's text.\n"
    first.save("put right")
    boss.logout()


@check
def a_member_is_kept_out_and_errs(site: Any) -> None:
    site.login()
    article = page(site, "Tool 6")
    article.text = "Not allowed.\n"
    refused(LockedPageError, lambda: article.save("no"))
    second = page(site, "Tool 1")
    second.text = "Nonsense.\n"
    second.save("bad")
    site.logout()


@check
def a_coordinator_rolls_back_and_deletes(site: Any) -> None:
    boss = coordinator()
    rolled = boss.rollbackpage(page(boss, "Tool 1"))
    assert rolled["revid"] > rolled["old_revid"] > rolled["last_revid"]
    assert page(boss, "Tool 1").text == "The coordinator's text.\n"
    page(boss, "Tool 0").delete(summary="Twice", prompt=False)
    assert not page(boss, "Tool 0").exists()
    page(boss, "Tool 0").undelete(summary="Not twice")
    assert page(boss, "Tool 0").exists()
    boss.logout()


def main() -> None:
    config.put_throttle = config.minthrottle = 0
    config.max_retries = 0
    config.family_files["ours"] = sys.argv[1]
    config.usernames["ours"]["en"] = "Robin"
    config.password_file = "passwords.py"
    site = pywikibot.Site("en", "ours")
    results = {}
    for function in CHECKS:
        try:
            function(site)
            results[function.__name__] = "ok"
        except BaseException:  # noqa: BLE001 - whatever happens is told, and the next check runs
            results[function.__name__] = traceback.format_exc()
    sys.stdout.write(json.dumps(results))


if __name__ == "__main__":
    main()
