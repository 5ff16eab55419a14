"""What the Action API answers, whatever client asks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from common.accounts.actions.people import revoke_token
from common.accounts.models import ApiToken
from encyclopedia.actions.blocks import block
from encyclopedia.actions.talk import open_thread
from encyclopedia.api.mediawiki.registry import ACTIONS, MAIN, QUERY
from encyclopedia.models import Entry, Page, Revision
from tests.encyclopedia.mediawiki.conftest import BODY, MANY, Bot, Program, Wiki, add_line

SignIn = Callable[[Bot], Program]


def pages_of(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return list(answer["query"]["pages"].values())


def everything(program: Program, **given: Any) -> list[dict[str, Any]]:
    """Follow continuation to its end, as clients do, and return all answers."""
    answers = [program.ask(**given)]
    while "continue" in answers[-1]:
        assert len(answers) < 200
        answers.append(program.ask(**{**given, **answers[-1]["continue"]}))
    return answers


def test_format_version_1_writes_stars_and_empty_strings_version_2_names_and_booleans(
    program: Program,
) -> None:
    given = {"titles": "Prebunking|Nothing", "prop": "revisions", "rvprop": "content|ids", "rvslots": "main"}
    first = program.ask(**given)["query"]["pages"]
    assert first["-1"]["missing"] == ""
    found = next(each for each in first.values() if "pageid" in each)
    assert found["revisions"][0]["slots"]["main"]["*"].startswith("The idea is old")
    second = program.ask(**given, formatversion=2)["query"]["pages"]
    assert [each.get("missing") for each in second] == [None, True]
    assert second[0]["revisions"][0]["slots"]["main"]["content"].startswith("The idea is old")


def test_titles_slugs_former_titles_and_other_languages_lead_to_a_page(program: Program) -> None:
    written = (
        "prebunking",
        "Inoculation",
        "inoculation",
        "Inoculation psychologique",
        "inoculation-psychologique",
    )
    for title in written:
        answer = program.ask(titles=title, redirects=1)
        leads = "Prebunking/fr" if "psychologique" in title else "Prebunking"
        assert answer["query"]["redirects"] == [{"from": title, "to": leads}], title
    unfollowed = pages_of(program.ask(titles="Inoculation", prop="info|revisions", rvprop="content"))[0]
    assert unfollowed["redirect"] == ""
    assert unfollowed["revisions"][0]["*"] == "[[prebunking|Prebunking]]\n"
    normalised = program.ask(titles="_Tool_1_")
    assert normalised["query"]["normalized"] == [{"from": "_Tool_1_", "to": "Tool 1"}]
    assert "invalidreason" in program.ask(titles="a[b]")["query"]["pages"]["-1"]


def test_a_title_that_a_wiki_cannot_write_is_its_slug(
    program: Program, signed_in: SignIn, wiki: Wiki
) -> None:
    with wiki.database.write() as session:
        page = session.scalars(select(Page).where(Page.slug == "tool-1")).one()
        page.title = "Tool [beta] #1"
    listed = [
        each["title"] for each in program.ask(list="allpages", apfrom="Tool", aplimit=20)["query"]["allpages"]
    ]
    assert page.slug in listed
    assert pages_of(program.ask(titles=page.slug))[0]["pageid"] == page.id


def test_pages_are_found_by_number_and_by_revision(program: Program) -> None:
    page = pages_of(program.ask(titles="Prebunking", prop="info"))[0]
    assert pages_of(program.ask(pageids=page["pageid"]))[0]["title"] == "Prebunking"
    assert pages_of(program.ask(revids=page["lastrevid"]))[0]["title"] == "Prebunking"
    assert "999999" in program.ask(revids=999_999)["query"]["badrevids"]
    assert pages_of(program.ask(pageids=999_999))[0]["missing"] == ""
    category = pages_of(program.ask(titles="Category:Tool"))[0]
    assert pages_of(program.ask(pageids=category["pageid"]))[0]["title"] == "Category:Tool"


def test_properties_of_many_pages_continue_until_all_is_told(program: Program) -> None:
    answers = everything(
        program, generator="allpages", gapfilterredir="nonredirects", gaplimit=3, prop="links|info|categories", pllimit=2, cllimit=3
    )  # fmt: skip
    links: dict[str, list[str]] = {}
    categories: dict[str, list[str]] = {}
    informed: list[str] = []
    for answer in answers:
        for page in pages_of(answer):
            links.setdefault(page["title"], []).extend(each["title"] for each in page.get("links", []))
            categories.setdefault(page["title"], []).extend(
                each["title"] for each in page.get("categories", [])
            )
            informed += [page["title"]] if "lastrevid" in page else []
    titles = ["Fact-checking", "Prebunking", "Prebunking/fr", *(f"Tool {n}" for n in range(MANY))]
    assert sorted(links) == sorted(informed) == titles
    assert links["Prebunking"] == ["Fact-checking", "Not yet written"]
    assert all(links[f"Tool {n}"] == ["Prebunking"] for n in range(MANY))
    assert len(categories["Tool 0"]) == len(set(categories["Tool 0"])) == 3
    assert categories["Prebunking/fr"] == []


def test_lists_beside_each_other_continue_on_their_own(program: Program) -> None:
    answers = everything(program, list="allpages|allcategories", aplimit=4, aclimit=1, acprop="size")
    pages = [each["title"] for answer in answers for each in answer["query"].get("allpages", [])]
    categories = [each["*"] for answer in answers for each in answer["query"].get("allcategories", [])]
    assert len(pages) == len(set(pages)) == 11
    assert len(categories) == len(set(categories)) == 5


def test_recent_changes_lose_and_repeat_nothing_while_others_write(program: Program, wiki: Wiki) -> None:
    seen: list[int] = []
    given: dict[str, Any] = {"list": "recentchanges", "rclimit": 3, "rcprop": "ids|title"}
    before = {
        each["rcid"] for answer in everything(program, **given) for each in answer["query"]["recentchanges"]
    }
    going_on: dict[str, Any] = {}
    while True:
        answer = program.ask(**given, **going_on)
        seen += [each["rcid"] for each in answer["query"]["recentchanges"]]
        with wiki.database.write() as session:
            wiki.clock.advance(seconds=2)
            page = session.scalars(select(Page).where(Page.slug == "tool-1")).one()
            add_line(session, wiki.reviewer.actor, page, f"{len(seen)}", at=wiki.clock())
        if "continue" not in answer:
            break
        going_on = answer["continue"]
    assert len(seen) == len(set(seen))
    assert set(seen) == before


def test_sheets_and_deleted_entries_are_not_told(program: Program, wiki: Wiki, signed_in: SignIn) -> None:
    with wiki.database.read() as session:
        of_sheet = session.scalars(select(Page.revision_id).where(Page.language == "mul").limit(1)).one()
    assert str(of_sheet) in program.ask(revids=of_sheet)["query"]["badrevids"]
    boss = signed_in(wiki.coordinator)
    number = pages_of(program.ask(titles="Tool 1", prop="info"))[0]["lastrevid"]
    assert "delete" in boss.write("delete", title="Tool 1", reason="Twice")
    assert "missing" in pages_of(program.ask(titles="Tool 1"))[0]
    assert str(number) in program.ask(revids=number)["query"]["badrevids"]
    changes = program.ask(list="recentchanges", rctype="edit|new", rclimit=50)["query"]["recentchanges"]
    assert "Tool 1" not in [each["title"] for each in changes]
    assert program.ask(action="compare", fromrev=number, torelative="prev")["error"]["code"] == "nosuchrevid"


def test_talk_is_read_as_a_page(program: Program, wiki: Wiki) -> None:
    with wiki.database.write() as session:
        entry_id = session.scalars(select(Page.entry_id).where(Page.slug == "tool-1")).one()
        entry = session.get_one(Entry, entry_id)
        open_thread(session, wiki.editor.actor, entry, "Is it alive?", "I doubt it.", at=wiki.clock())
    talk = pages_of(program.ask(titles="Talk:Tool 1", prop="revisions|info", rvprop="content|user"))[0]
    assert talk["ns"] == 1
    assert "## Is it alive?" in talk["revisions"][0]["*"]
    assert talk["revisions"][0]["user"] == "Robin"


def test_every_module_is_told_consistently(program: Program) -> None:
    paths = ["main", *ACTIONS, *(module.path for module in QUERY.values())]
    told: dict[str, Any] = {}
    for start in range(0, len(paths), 20):
        answer = program.ask("paraminfo", modules="|".join(paths[start : start + 20]))
        told |= {each["path"]: each for each in answer["paraminfo"]["modules"]}
    assert set(told) == set(paths)
    assert len({module.prefix for module in QUERY.values()}) == len(QUERY)
    action = next(each for each in told["main"]["parameters"] if each["name"] == "action")
    assert set(action["type"]) == set(action["submodules"]) == set(ACTIONS)
    query = {each["name"]: each for each in told["query"]["parameters"]}
    of_groups = {name for group in ("prop", "list", "meta") for name in query[group]["submodules"]}
    assert of_groups == set(QUERY)
    assert set(query["generator"]["type"]) <= of_groups
    for module in (*ACTIONS.values(), *QUERY.values(), MAIN):
        names = [parameter.name for parameter in module.parameters]
        assert len(names) == len(set(names)), module.path
        for parameter in module.parameters:
            if parameter.choices is not None and parameter.default and not parameter.submodules:
                assert set(parameter.default.split("|")) <= set(parameter.choices), (
                    module.path,
                    parameter.name,
                )


def test_mistakes_are_answered_with_codes_and_status_200(program: Program) -> None:
    for given, code in (
        ({"action": "nonsense"}, "unknown_action"),
        ({"action": "query", "list": "categorymembers"}, "missingparam"),
        ({"action": "query", "list": "categorymembers", "cmtitle": "Prebunking"}, "invalidcategory"),
        ({"action": "query", "titles": "a", "pageids": "1"}, "invalidparammix"),
        ({"action": "query", "list": "allpages", "aplimit": "many"}, "badinteger"),
        ({"action": "query", "list": "recentchanges", "rcstart": "soon"}, "badtimestamp"),
        ({"action": "query", "list": "recentchanges", "rccontinue": "x|y"}, "badcontinue"),
        ({"action": "query", "list": "allpages", "apdir": "sideways"}, "badvalue"),
        ({"action": "query", "titles": "|".join(map(str, range(600)))}, "toomanyvalues"),
        ({"action": "query", "titles": "Tool 1|Tool 2", "prop": "revisions", "rvlimit": "2"}, "rvmultpages"),
        ({"action": "query", "generator": "links"}, "missingparam"),
        ({"action": "query", "list": "watchlist"}, "notloggedin"),
        ({"action": "parse"}, "missingparam"),
        ({"action": "parse", "page": "Nothing"}, "missingtitle"),
        ({"action": "edit", "title": "Tool 1", "text": "x"}, "mustbeposted"),
        ({"action": "login", "lgpassword": "secret"}, "mustpostparams"),
    ):
        assert program.ask(**given)["error"]["code"] == code, given
    unknown = program.ask(prop="info|flowers", titles="Tool 1", colour="blue")
    assert "flowers" in unknown["warnings"]["query"]["*"]


def test_titles_of_any_shape_are_answered(program: Program) -> None:
    for title in ("", " ", "\x00", "é" * 300, "../..", "%41", "<b>", "Talk:", "File:", ":::", "Category:", "a|b|\x1f", "\ud800"[:0], "/fr", "x/fr/fr", "User:Nobody", "Special:All", "😀"):  # fmt: skip
        answer = program.ask(
            titles=title, prop="info|revisions|categories|links|imageinfo|categoryinfo|pageprops"
        )
        assert "error" not in answer, title


def test_logging_in_needs_the_token_of_who_is_named(program: Program, wiki: Wiki) -> None:
    token = program.token("login")
    for name, password in (
        ("Camille@robot", wiki.editor.password),
        ("Robin@robot", "wrong"),
        ("@", wiki.editor.password),
        ("", ""),
    ):
        told = program.post("login", lgname=name, lgpassword=password, lgtoken=token)
        assert told["login"]["result"] == "Failed", name
    assert (
        program.post("login", lgname="Robin@robot", lgpassword=wiki.editor.password)["login"]["result"]
        == "NeedToken"
    )
    assert program.login(wiki.editor)["result"] == "Success"
    assert program.ask(meta="userinfo")["query"]["userinfo"]["name"] == "Robin"
    assert program.ask(**{"assert": "user"}, meta="userinfo")["query"]["userinfo"]["id"] > 0
    assert "logout" not in program.write("logout")
    assert "anon" in program.ask(meta="userinfo")["query"]["userinfo"]


def test_too_many_tries_are_slowed_down(program: Program) -> None:
    token = program.token("login")
    given = {"lgname": "Robin@robot", "lgpassword": "wrong", "lgtoken": token}
    codes = [program.post("login", **given).get("error", {}).get("code") for _ in range(12)]
    assert codes[0] is None
    assert codes[-1] == "ratelimited"


def test_a_sign_in_ends_with_its_api_token_and_opens_nothing_else(
    program: Program, wiki: Wiki, signed_in: SignIn
) -> None:
    robot = signed_in(wiki.editor)
    assert "anon" not in robot.ask(meta="userinfo")["query"]["userinfo"]
    account = robot.client.get("/en/account", follow_redirects=False)
    assert account.status_code in {303, 401, 403, 307}
    with wiki.database.write() as session:
        held = session.scalars(
            select(ApiToken).where(ApiToken.person_id == wiki.editor.actor.person_id)
        ).one()
        revoke_token(session, wiki.editor.actor, held.id, at=wiki.clock())
    assert "anon" in robot.ask(meta="userinfo")["query"]["userinfo"]


def test_a_cookie_that_was_tampered_with_is_nobodys(program: Program, wiki: Wiki, signed_in: SignIn) -> None:
    robot = signed_in(wiki.editor)
    value = robot.client.cookies["encyclopedia_program"]
    number, ends, mac = value.split(".")
    for forged in (
        f"{number}.{int(ends) + 9}.{mac}",
        f"{'0' * 32}.{ends}.{mac}",
        "x",
        "..",
        f"{number}.x.{mac}",
    ):
        robot.client.cookies.clear()
        answer = robot.client.get(
            "/encyclopedia/api.php",
            params={"action": "query", "meta": "userinfo"},
            headers={"cookie": f"encyclopedia_program={forged}"},
        )
        assert "anon" in answer.json()["query"]["userinfo"], forged


def test_a_private_encyclopedia_tells_nothing(program: Program, wiki: Wiki) -> None:
    services = program.client.app.state.services  # type: ignore[attr-defined]  # an application of ours
    services.settings = services.settings.model_copy(update={"open_tools": []})
    for given in (
        {"titles": "Prebunking"},
        {"list": "allpages"},
        {"meta": "siteinfo"},
        {"meta": "tokens", "titles": "x"},
    ):
        assert program.ask(**given)["error"]["code"] == "readapidenied"
    assert program.ask("parse", page="Prebunking")["error"]["code"] == "readapidenied"
    assert program.login(wiki.editor)["result"] == "Success"
    assert "pages" in program.ask(titles="Prebunking")["query"]


def test_what_is_written_needs_a_token_and_a_role(program: Program, wiki: Wiki, signed_in: SignIn) -> None:
    robot = signed_in(wiki.editor)
    edit = {"title": "Tool 1", "text": "x"}
    assert robot.post("edit", **edit)["error"]["code"] == "missingparam"
    assert robot.post("edit", **edit, token="+\\")["error"]["code"] == "badtoken"
    assert robot.post("edit", **edit, token=robot.token("watch"))["error"]["code"] == "badtoken"
    assert program.post("edit", **edit, token=robot.token())["error"]["code"] == "badtoken"
    refused = {
        "delete": {"title": "Tool 1"},
        "undelete": {"title": "Tool 1"},
        "protect": {"title": "Tool 1", "protections": "edit=reviewers"},
    }
    for action, given in refused.items():
        assert robot.write(action, **given)["error"]["code"] == "permissiondenied", action
    number = pages_of(robot.ask(titles="Tool 1", prop="info"))[0]["lastrevid"]
    assert robot.write("patrol", "patrol", revid=number)["error"]["code"] == "permissiondenied"
    assert (
        robot.write("rollback", "rollback", title="Tool 1", user="Robin")["error"]["code"]
        == "permissiondenied"
    )
    guest = {"title": "Tool 1", "token": "+\\"}
    for action, given in {
        "move": {"from": "Tool 1", "to": "Tool X"},
        "upload": {"filename": "a.png"},
        "watch": {},
    }.items():
        told = program.post(action, **{**guest, **given})
        assert told["error"]["code"] in {"permissiondenied", "notloggedin"}, action
    assert program.post("edit", **edit, token="+\\")["error"]["code"] == "noedit-anon"


def test_edits_keep_title_lead_and_fields(wiki: Wiki, signed_in: SignIn) -> None:
    robot = signed_in(wiki.editor)
    told = robot.write("edit", title="Prebunking", text="All new.\n", summary="Rewritten", minor=1)["edit"]
    assert told["result"] == "Success"
    props = pages_of(robot.ask(titles="Prebunking", prop="pageprops"))[0]["pageprops"]
    assert props["lead"] == "Warn before it comes."
    assert props["kind"] == "practice"
    assert robot.write("edit", title="Prebunking", text="All new.\n")["edit"]["nochange"] == ""
    with wiki.database.read() as session:
        assert session.get_one(Revision, told["newrevid"]).minor


def test_an_edit_of_a_former_title_changes_the_page_it_leads_to(wiki: Wiki, signed_in: SignIn) -> None:
    told = signed_in(wiki.editor).write("edit", title="Inoculation", appendtext="\nMore.")["edit"]
    assert told["title"] == "Prebunking"


def test_two_edits_within_one_second_conflict_or_merge_and_nothing_is_lost(
    wiki: Wiki, signed_in: SignIn
) -> None:
    robot = signed_in(wiki.editor)
    seen = pages_of(robot.ask(titles="Prebunking", prop="revisions", rvprop="timestamp|content|ids"))[0][
        "revisions"
    ][0]
    base = {"basetimestamp": seen["timestamp"], "starttimestamp": "2026-11-02T09:00:00Z"}
    first = robot.write("edit", title="Prebunking", text=seen["*"].replace("is old", "is very old"), **base)[
        "edit"
    ]
    second = robot.write("edit", title="Prebunking", text=seen["*"].replace("wears off", "fades"), **base)[
        "edit"
    ]
    assert first["newtimestamp"] != second["newtimestamp"]
    third = robot.write("edit", title="Prebunking", text=seen["*"].replace("is old", "is quite new"), **base)
    assert third["error"]["code"] == "editconflict"
    by_number = robot.write(
        "edit", title="Prebunking", text=seen["*"].replace("is old", "is quite new"), baserevid=seen["revid"]
    )
    assert by_number["error"]["code"] == "editconflict"
    text = pages_of(robot.ask(titles="Prebunking", prop="revisions", rvprop="content"))[0]["revisions"][0][
        "*"
    ]
    assert "is very old" in text
    assert "fades" in text


def test_sections_are_edited_alone_and_added(wiki: Wiki, signed_in: SignIn) -> None:
    robot = signed_in(wiki.editor)
    base = pages_of(robot.ask(titles="Prebunking", prop="info"))[0]["lastrevid"]
    assert robot.write("edit", title="Prebunking", section=99, text="x")["error"]["code"] == "nosuchsection"
    robot.write("edit", title="Prebunking", section="new", sectiontitle="Costs", text="None.")
    robot.write("edit", title="Prebunking", section=1, text="## How\n\nOtherwise.\n", baserevid=base)
    text = pages_of(robot.ask(titles="Prebunking", prop="revisions", rvprop="content"))[0]["revisions"][0][
        "*"
    ]
    assert "Otherwise." in text
    assert text.rstrip().endswith("## Costs\n\nNone.")
    assert "wears off" in text


def test_an_edit_is_undone(wiki: Wiki, signed_in: SignIn) -> None:
    robot = signed_in(wiki.editor)
    seen = robot.write("edit", title="Tool 1", appendtext="\nA mistake.\n")["edit"]["newrevid"]
    robot.write("edit", title="Tool 1", prependtext="Something good.\n\n")
    assert robot.write("edit", title="Tool 1", undo=seen)["edit"]["result"] == "Success"
    text = pages_of(robot.ask(titles="Tool 1", prop="revisions", rvprop="content"))[0]["revisions"][0]["*"]
    assert "A mistake." not in text
    assert "Something good." in text


def test_a_new_page_says_more_in_front_matter(wiki: Wiki, signed_in: SignIn) -> None:
    robot = signed_in(wiki.editor)
    robot.write("edit", title="Botnets", text="---\nkind: actor\nlead: Many machines.\n---\nWho they are.\n")
    told = pages_of(robot.ask(titles="Botnets", prop="pageprops|revisions", rvprop="content"))[0]
    assert told["pageprops"]["kind"] == "actor"
    assert told["revisions"][0]["*"] == "Who they are.\n"
    plain = robot.write("edit", title="Sockpuppets", text="One who plays many.\n")["edit"]
    assert plain["new"] == ""
    assert pages_of(robot.ask(titles="Sockpuppets", prop="pageprops"))[0]["pageprops"]["kind"] == "concept"
    assert "error" in robot.write("edit", title="Bad", text="---\nkind: dragon\n---\nx")
    for title in ("Talk:Tool 1", "File:A.png", "Category:Tool", "User:Robin"):
        assert robot.write("edit", title=title, text="x")["error"]["code"] == "protectednamespace"
    assert robot.write("edit", title="Nothing at all/fr", text="x")["error"]["code"] == "invalidtitle"
    assert robot.write("edit", title="Botnets", text="x" * 1_000_001)["error"]["code"] in {
        "contenttoobig",
        "invaliddata",
    }


def test_moves_that_cannot_be_are_refused(wiki: Wiki, signed_in: SignIn) -> None:
    robot = signed_in(wiki.editor)
    for given, code in (
        ({"from": "Tool 1", "to": "Tool 2"}, "articleexists"),
        ({"from": "Tool 1", "to": "Tool 1"}, "selfmove"),
        ({"from": "Tool 1", "to": "Talk:Tool"}, "invalidtitle"),
        ({"from": "Tool 1", "to": "Tool/fr"}, "invalidtitle"),
        ({"from": "Nothing", "to": "Something"}, "missingtitle"),
        ({"from": "Prebunking/fr", "to": "Autre chose"}, "immobilenamespace"),
    ):
        assert robot.write("move", **given)["error"]["code"] == code, given
    assert "redirectcreated" in robot.write("move", **{"from": "Prebunking", "to": "Inoculation"})["move"]
    assert pages_of(robot.ask(titles="Inoculation/fr"))[0]["pageid"] > 0


def test_somebody_blocked_cannot_write(wiki: Wiki, signed_in: SignIn) -> None:
    robot = signed_in(wiki.editor)
    until = wiki.clock() + timedelta(days=1)
    with wiki.database.write() as session:
        person_id = wiki.editor.actor.person_id
        assert person_id is not None
        block(session, wiki.coordinator.actor, person_id, "Too quick", until=until, at=wiki.clock())
    assert robot.write("edit", title="Tool 1", text="x")["error"]["code"] == "blocked"
    assert robot.ask(meta="userinfo", uiprop="blockinfo")["query"]["userinfo"]["blockreason"] == "Too quick"
    blocks = {"list": "logevents", "letype": "block"}
    assert robot.ask(**blocks)["query"]["logevents"] == []
    assert len(signed_in(wiki.reviewer).ask(**blocks)["query"]["logevents"]) == 1


def test_people_who_never_wrote_are_not_told(program: Program, wiki: Wiki) -> None:
    told = program.ask(list="users", ususers="Robin|Camille|Nobody", usprop="editcount|registration")[
        "query"
    ]["users"]
    assert told[0]["editcount"] > 10
    assert [each.get("missing") for each in told] == [None, "", ""]


def test_index_php_leads_to_the_page(program: Program) -> None:
    client = program.client
    for query, place in (
        ({"title": "Prebunking"}, "/en/encyclopedia/entries/prebunking"),
        ({"title": "Prebunking/fr"}, "/fr/encyclopedia/entries/inoculation-psychologique"),
        ({"title": "Inoculation"}, "/en/encyclopedia/entries/prebunking"),
        ({"oldid": "2"}, "/en/encyclopedia/revisions/2"),
    ):
        answer = client.get("/encyclopedia/index.php", params=query, follow_redirects=False)
        assert answer.status_code == 302
        assert answer.headers["location"] == place
    assert client.get("/encyclopedia/index.php", params={"title": "a[b"}).status_code == 404


def test_the_first_revision_is_what_was_written(program: Program) -> None:
    answer = program.ask(
        titles="Prebunking", prop="revisions", rvprop="content|comment", rvdir="newer", rvlimit=1
    )
    assert pages_of(answer)[0]["revisions"][0] == {
        "comment": "Begun",
        "contentmodel": "markdown",
        "contentformat": "text/markdown",
        "*": BODY,
    }


def test_forms_that_cannot_be_read_are_refused_with_a_code(program: Program) -> None:
    def send(content: bytes, kind: str) -> dict[str, Any]:
        answer = program.client.post("/encyclopedia/api.php", content=content, headers={"content-type": kind})
        assert answer.status_code == 200
        told: dict[str, Any] = answer.json()
        return told

    form = "application/x-www-form-urlencoded"
    assert send(b"x" * 30_000_000, form)["error"]["code"] == "badform"
    assert send(b"a=1&" * 900, form)["error"]["code"] == "badform"
    assert send(b"no boundary", "multipart/form-data")["error"]["code"] == "badform"
    assert send(b"action=query&titles=%ff%fe\xff", form)["query"]["pages"]
    assert send(b"\x00\x01", "application/json")["error"]["code"] == "noaction"
