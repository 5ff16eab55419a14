"""Merging sheets and texts field by field: one side decides alone, collisions name their path, nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from common.taxonomy import Criterion, Phase
from encyclopedia.core.field_changes import Change, diff_fields, diff_sheets
from encyclopedia.core.fieldmerge import FieldConflict, merge_sheets, merge_texts
from encyclopedia.core.merge import Choice
from encyclopedia.schemas import Confidence, Fact, LedgerLine, Relation, Sheet, StudyDesign, Text

FACTS = st.builds(
    Fact,
    value=st.sampled_from(["alive", "dead", "Meta"]),
    source=st.sampled_from([None, "a-2024", "b-2025"]),
    confidence=st.sampled_from([None, Confidence.LOW, Confidence.HIGH]),
)
SHEETS = st.builds(
    Sheet,
    phases=st.lists(st.sampled_from(list(Phase)), unique=True, max_size=3).map(tuple),
    criteria=st.lists(st.sampled_from(list(Criterion)), unique=True, max_size=3).map(tuple),
    facts=st.dictionaries(
        st.sampled_from(["status", "made_by", "platforms"]), st.lists(FACTS, min_size=1, max_size=3).map(tuple)
    ),
    relations=st.lists(
        st.builds(Relation, type=st.sampled_from(["implements", "see_also"]), entry=st.integers(1, 3), note=st.sampled_from(["", "n"])),
        max_size=3,
    ).map(tuple),
    ledger=st.lists(
        st.builds(LedgerLine, claim=st.sampled_from(["c1", "c2"]), design=st.sampled_from(StudyDesign), effect=st.sampled_from(["", "e"])),
        max_size=2,
    ).map(tuple),
)  # fmt: skip
PROSE = st.lists(st.sampled_from(["", "one two three", "one two four", "x"]), max_size=5).map("\n".join)
TEXTS = st.builds(
    Text,
    title=st.sampled_from(["A", "B", "C"]),
    lead=PROSE,
    fields=st.dictionaries(st.sampled_from(["what", "risks"]), PROSE),
    body=PROSE,
)


@given(SHEETS, SHEETS)
def test_a_sheet_that_one_side_changed_is_taken_as_it_is(base: Sheet, edited: Sheet) -> None:
    for ours, theirs in ((edited, base), (base, edited), (edited, edited)):
        merged = merge_sheets(base, ours, theirs)
        assert (merged.sheet, merged.conflicts) == (edited, ())


@given(TEXTS, TEXTS)
def test_a_text_that_one_side_changed_is_taken_as_it_is(base: Text, edited: Text) -> None:
    for ours, theirs in ((edited, base), (base, edited), (edited, edited)):
        merged = merge_texts(base, ours, theirs)
        assert (merged.text, merged.conflicts) == (edited, ())


@given(SHEETS, SHEETS, SHEETS)
def test_sheets_conflict_in_the_same_places_whoever_is_called_ours(
    base: Sheet, ours: Sheet, theirs: Sheet
) -> None:
    one, other = merge_sheets(base, ours, theirs).conflicts, merge_sheets(base, theirs, ours).conflicts
    assert {(c.path, repr(c.ours), repr(c.theirs)) for c in one} == {
        (c.path, repr(c.theirs), repr(c.ours)) for c in other
    }


@given(SHEETS, SHEETS, SHEETS)
def test_every_conflict_of_a_sheet_can_be_decided(base: Sheet, ours: Sheet, theirs: Sheet) -> None:
    conflicts = merge_sheets(base, ours, theirs).conflicts
    decided = merge_sheets(base, ours, theirs, {conflict.path: Choice.THEIRS for conflict in conflicts})
    assert decided.conflicts == ()


@given(TEXTS, TEXTS, TEXTS)
def test_every_conflict_of_a_text_can_be_decided(base: Text, ours: Text, theirs: Text) -> None:
    conflicts = merge_texts(base, ours, theirs).conflicts
    assert (
        merge_texts(base, ours, theirs, {conflict.path: Choice.THEIRS for conflict in conflicts}).conflicts
        == ()
    )


@given(SHEETS, SHEETS, SHEETS)
def test_what_a_side_added_to_a_sheet_is_in_the_result_or_in_a_conflict(
    base: Sheet, ours: Sheet, theirs: Sheet
) -> None:
    merged = merge_sheets(base, ours, theirs)
    in_conflict = repr(merged.conflicts)
    for side in (ours, theirs):
        assert set(side.phases) - set(base.phases) <= set(merged.sheet.phases)
        assert set(side.criteria) - set(base.criteria) <= set(merged.sheet.criteria)
        for key in side.facts:
            for value in set(side.values(key)) - set(base.values(key)):
                assert value in merged.sheet.values(key) or value in in_conflict
        for relation in side.relations:
            if (relation.type, relation.entry) not in {(r.type, r.entry) for r in base.relations}:
                assert (relation.type, relation.entry) in {(r.type, r.entry) for r in merged.sheet.relations}


def test_two_people_may_edit_two_attributes_of_one_fact() -> None:
    base = Sheet(facts={"status": (Fact(value="dead"),)})
    ours = Sheet(facts={"status": (Fact(value="dead", source="meta-2024"),)})
    theirs = Sheet(facts={"status": (Fact(value="dead", confidence=Confidence.HIGH),)})
    merged = merge_sheets(base, ours, theirs)
    assert merged.conflicts == ()
    assert merged.sheet.facts["status"] == (
        Fact(value="dead", source="meta-2024", confidence=Confidence.HIGH),
    )


def test_two_values_of_a_single_field_collide_as_a_whole() -> None:
    base, ours, theirs = (
        Sheet(facts={"status": (Fact(value=value),)}) for value in ("alive", "limited", "dead")
    )
    merged = merge_sheets(base, ours, theirs)
    (conflict,) = merged.conflicts
    assert (conflict.path, merged.sheet.values("status")) == ("facts.status", ("limited",))
    assert merge_sheets(base, ours, theirs, {"facts.status": Choice.THEIRS}).sheet == theirs


def test_values_of_a_field_with_many_add_up_in_order() -> None:
    base, ours, theirs = (
        Sheet(facts={"platforms": tuple(Fact(value=value) for value in values)})
        for values in (
            ("x", "facebook", "web"),
            ("x", "telegram", "facebook", "web"),
            ("x", "facebook", "vk"),
        )
    )
    assert merge_sheets(base, ours, theirs).sheet.values("platforms") == ("x", "telegram", "facebook", "vk")


def test_a_relation_removed_here_and_annotated_there_is_a_conflict() -> None:
    base = Sheet(relations=(Relation(type="implements", entry=12),))
    theirs = Sheet(relations=(Relation(type="implements", entry=12, note="since 2020"),))
    merged = merge_sheets(base, Sheet(), theirs)
    assert merged.conflicts == (
        FieldConflict("relations[implements:12]", base.relations[0], None, theirs.relations[0]),
    )
    assert merge_sheets(base, Sheet(), theirs, {"relations[implements:12]": Choice.THEIRS}).sheet == theirs


def test_two_effects_for_one_claim_collide_by_attribute() -> None:
    base, ours, theirs = (
        Sheet(ledger=(LedgerLine(claim="c", design=StudyDesign.RANDOMISED, effect=effect),))
        for effect in ("", "d = 0.2", "d = 0.4")
    )
    (conflict,) = merge_sheets(base, ours, theirs).conflicts
    assert (conflict.path, conflict.base, conflict.ours, conflict.theirs) == (
        "ledger[c].effect",
        "",
        "d = 0.2",
        "d = 0.4",
    )


def test_a_merge_that_would_grow_too_long_is_left_to_people() -> None:
    base = Text(title="T", lead="middle of it all")
    ours, theirs = (
        base.model_copy(update={"lead": "a" * 300 + " " + base.lead}),
        base.model_copy(update={"lead": base.lead + " " + "b" * 300}),
    )
    merged = merge_texts(base, ours, theirs)
    assert [conflict.path for conflict in merged.conflicts] == ["lead"]
    assert merged.text.lead == ours.lead


def test_a_body_conflict_is_named_by_its_chunk_and_may_keep_both() -> None:
    base, ours, theirs = (Text(title="T", body=f"a\n{line}\nc\n") for line in ("b", "x", "y"))
    (conflict,) = merge_texts(base, ours, theirs).conflicts
    assert conflict == FieldConflict("body#1", "b", "x", "y")
    assert merge_texts(base, ours, theirs, {"body#1": Choice.BOTH}).text.body == "a\nx\ny\nc\n"


@given(SHEETS, SHEETS)
def test_sheets_differ_when_and_only_when_changes_are_listed(old: Sheet, new: Sheet) -> None:
    assert (diff_sheets(old, new) == ()) == (old == new)
    assert all(change.before != change.after for change in diff_sheets(old, new))


def test_changes_of_a_sheet_say_what_was_and_what_is() -> None:
    old = Sheet(
        phases=(Phase.DETECTION,),
        facts={"status": (Fact(value="alive"),), "website": (Fact(value="https://a.example"),)},
    )
    new = Sheet(
        phases=(Phase.RESEARCH,),
        facts={
            "status": (Fact(value="dead", source="s"),),
            "website": (Fact(value="https://a.example", source="s"),),
        },
    )
    assert diff_sheets(old, new) == (
        Change("phases[detection]", "detection", None),
        Change("phases[research]", None, "research"),
        Change("facts.status[alive]", {"value": "alive"}, None),
        Change("facts.status[dead]", None, {"value": "dead", "source": "s"}),
        Change("facts.website[https://a.example].source", None, "s"),
    )


@given(TEXTS, TEXTS)
def test_fields_that_differ_are_listed_by_path(old: Text, new: Text) -> None:
    found = diff_fields(old, new)
    assert ("title" in found, "lead" in found, "body" in found) == (
        old.title != new.title,
        old.lead != new.lead,
        old.body != new.body,
    )
    assert {path for path in found if path.startswith("fields.")} == {
        f"fields.{key}" for key in {*old.fields, *new.fields} if old.fields.get(key) != new.fields.get(key)
    }
