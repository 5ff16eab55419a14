"""Whom a message names."""

import uuid

from collab_chat.core.mentions import handle, named_in

ADA, BEN, BEA = (uuid.UUID(int=number) for number in (1, 2, 3))
MEMBERS = [(ADA, "Ada Lindqvist"), (BEN, "Ben Okafor"), (BEA, "Ben Arthur")]


def test_people_by_their_whole_name_or_by_a_first_name_that_only_they_have() -> None:
    assert handle(" Ada  Lindqvist ") == "Ada.Lindqvist"
    assert named_in("@Ada.Lindqvist and @ben.okafor", MEMBERS).people == {ADA, BEN}
    assert named_in("@ada, look", MEMBERS).people == {ADA}
    assert named_in("@ben, look", MEMBERS).people == frozenset()


def test_groups_and_roles() -> None:
    found = named_in("@here and @reviewer, not @nobody", MEMBERS)
    assert found.groups == {"here", "reviewer"}
    assert not found.people


def test_neither_code_nor_addresses_name_anybody() -> None:
    assert not named_in("`@ada` ```\n@ada\n``` x@ada", MEMBERS).people


def test_two_of_one_name_are_named_together() -> None:
    assert named_in("@Ben.Okafor", [(BEN, "Ben Okafor"), (BEA, "Ben Okafor")]).people == {BEN, BEA}
