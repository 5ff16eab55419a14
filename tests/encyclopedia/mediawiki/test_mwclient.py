"""An unmodified mwclient drives the served encyclopedia."""

from datetime import timedelta
from io import BytesIO
from itertools import pairwise

import mwclient
import pytest
from mwclient.errors import APIError, AssertUserFailedError, EditError, LoginError
from PIL import Image

from encyclopedia.actions.blocks import block
from encyclopedia.models import Page
from encyclopedia.queries.entries import pages_by_language
from tests.encyclopedia.mediawiki.conftest import BODY, MANY, Bot, Wiki, add_line

pytestmark = pytest.mark.slow


def connect(wiki: Wiki, bot: Bot | None = None) -> mwclient.Site:
    site = mwclient.Site(wiki.host, path="/encyclopedia/", scheme="http", max_retries=0)
    if bot is not None:
        site.login(bot.login, bot.password)
    return site


def picture(side: int, colour: str = "navy") -> bytes:
    file = BytesIO()
    Image.new("RGB", (side, side), colour).save(file, "PNG")
    return file.getvalue()


def test_it_connects_and_reads(served: Wiki) -> None:
    site = connect(served)
    assert site.version[:2] == (1, 39)
    assert site.namespaces[14] == "Category"
    page = site.pages["Prebunking"]
    assert page.exists
    assert page.text().startswith("The idea is old")
    assert page.text(section=2).startswith("## Limits")
    assert page.contentmodel == "markdown"
    assert not site.pages["Nothing of the kind"].exists
    assert site.pages["Prebunking/fr"].text() == "Prévenir avant que cela n’arrive.\n"
    assert page.can("edit") is False


def test_it_logs_in_and_out(served: Wiki) -> None:
    site = connect(served, served.editor)
    assert site.username == "Robin"
    assert {"read", "edit", "move", "upload"} <= set(site.rights)
    with pytest.raises(LoginError):
        connect(served).login(served.editor.login, "not the password")
    assert connect(served).clientlogin(username="Robin", password=served.editor.password) is True
    by_email = connect(served)
    by_email.login(f"{served.editor.email}@robot", served.editor.password)
    assert by_email.username == "Robin"


def test_it_follows_redirects_of_former_titles(served: Wiki) -> None:
    site = connect(served)
    former = site.pages["Inoculation"]
    assert former.exists
    assert former.redirect
    assert former.redirects_to().name == "Prebunking"
    assert former.resolve_redirect().name == "Prebunking"


def test_it_lists_with_continuation(served: Wiki) -> None:
    site = connect(served)
    titles = [page.name for page in site.allpages(api_chunk_size=2, filterredir="nonredirects")]
    assert titles == ["Fact-checking", "Prebunking", "Prebunking/fr", *(f"Tool {n}" for n in range(MANY))]
    assert [page.name for page in site.allpages(prefix="Tool", generator=True)] == titles[3:]
    assert list(site.allpages(start="Tool 5", generator=False)) == ["Tool 5", "Tool 6"]
    assert [page.name for page in site.pages] == sorted([*titles, "Inoculation"])
    assert {page["title"] for page in site.random(0, max_items=3)} <= set(titles)


def test_it_reads_categories(served: Wiki) -> None:
    site = connect(served)
    names = {page.name for page in site.allcategories(api_chunk_size=2)}
    assert {"Category:Tool", "Category:Practice", "Category:Phase: Detection"} <= names
    tools = site.categories["Tool"]
    assert [page.name for page in tools] == [f"Tool {n}" for n in range(MANY)]
    assert len(list(tools.members(generator=False))) == MANY
    of_page = [page.name for page in site.pages["Tool 1"].categories()]
    assert {"Category:Tool", "Category:Phase: Detection"} <= set(of_page)


def test_it_reads_links_both_ways(served: Wiki) -> None:
    site = connect(served)
    page = site.pages["Prebunking"]
    back = [each.name for each in page.backlinks(api_chunk_size=3, filterredir="nonredirects")]
    assert back == ["Fact-checking", *(f"Tool {n}" for n in range(MANY))]
    assert "Inoculation" in [each.name for each in page.backlinks(filterredir="redirects")]
    assert [each.name for each in page.links()] == ["Fact-checking", "Not yet written"]
    assert list(page.extlinks()) == ["https://www.example.org/study?id=1"]
    assert list(page.langlinks()) == [("fr", "Prebunking/fr")]
    assert list(page.templates()) == []
    assert list(page.embeddedin()) == []
    outside = list(site.exturlusage("*.example.org"))
    assert [each["title"] for each in outside] == ["Prebunking"]


def test_it_walks_history_and_recent_changes(served: Wiki) -> None:
    site = connect(served)
    revisions = list(
        site.pages["Prebunking"].revisions(api_chunk_size=2, prop="ids|timestamp|comment|user|content")
    )
    assert len(revisions) == 7
    assert revisions[0]["comment"] == "The usual word"
    assert revisions[-1]["*"] == BODY
    assert all(new["parentid"] == old["revid"] for new, old in pairwise(revisions))
    oldest = list(site.pages["Prebunking"].revisions(dir="newer", max_items=2))
    assert [each["comment"] for each in oldest] == ["Begun", "Added Line 1."]
    by_number = site.revisions([revisions[-1]["revid"]], prop="content|timestamp|ids")
    assert by_number[0]["*"] == BODY
    changes = list(site.recentchanges(api_chunk_size=4, prop="title|ids|user|comment|timestamp|loginfo"))
    edits = [each for each in changes if each["type"] != "log"]
    assert len(edits) == len({each["rcid"] for each in edits}) == 7 + 1 + 1 + MANY
    assert [each["type"] for each in changes].count("log") == 1
    mine = list(site.usercontributions("Robin", api_chunk_size=5))
    assert len(mine) == len(edits)
    moves = list(site.logevents(type="move"))
    assert moves[0]["title"] == "Inoculation"
    assert moves[0]["params"]["target_title"] == "Prebunking"


def test_it_searches(served: Wiki) -> None:
    site = connect(served)
    found = list(site.search("Tool", api_chunk_size=3))
    assert {each["title"] for each in found} == {f"Tool {n}" for n in range(MANY)}
    assert next(site.search("prebunking"))["title"] == "Prebunking"


def test_it_edits_in_all_ways(served: Wiki) -> None:
    site = connect(served, served.editor)
    page = site.pages["Tool 1"]
    page.text()
    served.clock.advance(seconds=30)
    assert page.edit("New text.\n", summary="Rewritten")["result"] == "Success"
    assert page.append("\nAt the end.", summary="More")["result"] == "Success"
    assert page.prepend("At the top.\n\n", minor=True)["result"] == "Success"
    assert page.text() == "At the top.\n\nNew text.\n\nAt the end.\n"
    assert "nochange" in page.edit(page.text())
    page.touch()
    sections = site.pages["Prebunking"]
    sections.edit("## Limits\n\nNone known.\n", section=2)
    assert "None known." in sections.text()
    assert sections.text().startswith("The idea is old")


def test_it_writes_new_pages_and_translations(served: Wiki) -> None:
    site = connect(served, served.editor)
    made = site.pages["Astroturfing"].edit("Made to look like a movement.\n", summary="New")
    assert "new" in made
    french = site.pages["Astroturfing/fr"]
    french.edit(
        "---\ntitle: Similitantisme\nlead: Un faux élan.\n---\nFait pour ressembler à un mouvement.\n"
    )
    assert site.pages["Astroturfing/fr"].text() == "Fait pour ressembler à un mouvement.\n"
    tool = site.pages["A new tool"]
    tool.edit("---\nkind: tool\nlead: It finds things.\n---\nHow it works.\n")
    assert "A new tool" in [page.name for page in site.categories["Tool"]]
    with pytest.raises(APIError, match="articleexists"):
        tool.edit("again", createonly=True)


def test_a_conflict_is_told_and_other_changes_are_merged(served: Wiki) -> None:
    site = connect(served, served.editor)
    merged, lost = site.pages["Prebunking"], site.pages["Prebunking"]
    text = merged.text()
    lost.text()
    served.clock.advance(seconds=5)
    with served.database.write() as session:
        page = session.get_one(Page, merged.pageid)
        add_line(session, served.reviewer.actor, page, "Somebody else's line.", at=served.clock())
    merged.edit(text.replace("The idea is old", "The idea is very old"), summary="Mine")
    now = site.pages["Prebunking"].text()
    assert "very old" in now
    assert "Somebody else's line." in now
    with pytest.raises(EditError):
        lost.edit(text.replace("The idea is old", "The idea is quite new"))
    assert site.pages["Prebunking"].text() == now


def test_what_needs_a_role_is_refused(served: Wiki) -> None:
    anonymous = connect(served)
    with pytest.raises(AssertUserFailedError):
        anonymous.pages["Tool 1"].edit("x")
    with pytest.raises(APIError, match="assertuserfailed"):
        anonymous.post("edit", title="Tool 1", text="x", token="+\\", **{"assert": "user"})
    with pytest.raises(APIError, match="noedit-anon"):
        anonymous.post("edit", title="Tool 1", text="x", token="+\\")
    member = connect(served, served.editor)
    with pytest.raises(APIError, match="permissiondenied"):
        member.post("delete", title="Tool 1", token=member.get_token("csrf"))


def test_it_moves_deletes_protects(served: Wiki) -> None:
    site = connect(served, served.coordinator)
    assert site.pages["Tool 2"].move("Tool two", reason="Spelled out")["to"] == "Tool two"
    assert site.pages["Tool 2"].redirects_to().name == "Tool two"
    assert site.pages["Tool 3"].delete(reason="Twice")["title"] == "Tool 3"
    assert not site.pages["Tool 3"].exists
    site.post("undelete", title="Tool 3", token=site.get_token("csrf"))
    assert site.pages["Tool 3"].exists
    site.post("protect", title="Tool 4", protections="edit=reviewers", token=site.get_token("csrf"))
    member = connect(served, served.editor)
    assert not member.pages["Tool 4"].can("edit")
    with pytest.raises(APIError, match="protectedpage"):
        member.post("edit", title="Tool 4", text="x", token=member.get_token("csrf"))
    assert connect(served, served.reviewer).pages["Tool 4"].can("edit")


def test_it_patrols_and_rolls_back(served: Wiki) -> None:
    member, reviewer = connect(served, served.editor), connect(served, served.reviewer)
    served.clock.advance(seconds=30)
    reviewer.pages["Tool 5"].edit("Reviewed text.\n")
    served.clock.advance(seconds=30)
    bad = member.pages["Tool 5"].edit("Nonsense.\n")
    assert reviewer.patrol(revid=bad["newrevid"])["title"] == "Tool 5"
    back = reviewer.post("rollback", title="Tool 5", user="Robin", token=reviewer.get_token("rollback"))
    assert back["rollback"]["old_revid"] == bad["newrevid"]
    assert reviewer.pages["Tool 5"].text() == "Reviewed text.\n"
    with pytest.raises(APIError, match="alreadyrolled"):
        reviewer.post("rollback", title="Tool 5", user="Robin", token=reviewer.get_token("rollback"))


def test_it_watches(served: Wiki) -> None:
    reviewer = connect(served, served.reviewer)
    reviewer.post("watch", titles="Tool 6", token=reviewer.get_token("watch"))
    served.clock.advance(seconds=30)
    connect(served, served.editor).pages["Tool 6"].edit("Changed.\n", summary="Watched")
    changes = list(reviewer.watchlist(prop="title|user|comment"))
    assert [(each["title"], each["comment"]) for each in changes] == [("Tool 6", "Watched")]


def test_it_parses_and_expands(served: Wiki) -> None:
    site = connect(served)
    parsed = site.parse(page="Prebunking")
    assert "<h2" in parsed["text"]["*"]
    assert [each["line"] for each in parsed["sections"]] == ["How", "Limits"]
    assert "<em>so</em>" in site.parse(text="*so*")["text"]["*"]
    assert site.expandtemplates("Nothing {{here}}") == "Nothing {{here}}"
    site.pages["Prebunking"].purge()


def test_it_uploads_whole_and_in_parts(served: Wiki) -> None:
    site = connect(served, served.editor)
    about = "A blue square. {{CC0-1.0}}"
    assert site.upload(BytesIO(picture(20)), "square.png", about)["result"] == "Success"
    file = site.images["square.png"]
    assert file.imageinfo["mime"] == "image/png"
    assert file.imageinfo["width"] == 20
    assert len(list(file.imagehistory())) == 1
    again = site.upload(BytesIO(picture(30)), "square.png", about, ignore=True)
    assert again["imageinfo"]["width"] == 30
    noisy = BytesIO()
    Image.effect_noise((1400, 1400), 90).save(noisy, "PNG")
    assert len(noisy.getvalue()) > 1_100_000
    noisy.seek(0)
    whole = site.upload(noisy, "noise.png", about)
    assert whole["upload"]["result"] == "Success"
    assert site.images["noise.png"].exists
    with served.database.read() as session:
        tool = session.get_one(Page, site.pages["Tool 1"].pageid)
        assert pages_by_language(session, tool.entry_id)
    site.pages["Tool 1"].edit("![A blue square](media:square.png)\n")
    assert [page.name for page in site.pages["Tool 1"].images()] == ["File:square.png"]
    assert [page.name for page in file.imageusage()] == ["Tool 1"]


def test_a_private_encyclopedia_is_read_after_login(served: Wiki, app: object) -> None:
    services = app.state.services  # type: ignore[attr-defined]  # a FastAPI application
    services.settings = services.settings.model_copy(update={"open_tools": []})
    site = mwclient.Site(served.host, path="/encyclopedia/", scheme="http", max_retries=0)
    assert not site.initialized
    site.login(served.editor.login, served.editor.password)
    assert site.pages["Prebunking"].exists


def test_somebody_blocked_is_told_so(served: Wiki) -> None:
    with served.database.write() as session:
        block(
            session,
            served.coordinator.actor,
            served.editor.actor.person_id,
            "Too quick",
            until=served.clock() + timedelta(days=1),
            at=served.clock(),
        )
    site = connect(served, served.editor)
    with pytest.raises(APIError, match="blocked"):
        site.post("edit", title="Tool 1", text="x", token=site.get_token("csrf"))
