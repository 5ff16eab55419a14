from bot_detector.core.candidates import CANDIDATES, PARTS
from bot_detector.core.selection import LINEAR
from bot_detector.core.training import CHOSEN


def test_every_candidate_is_made_of_known_parts() -> None:
    for shares in CANDIDATES.values():
        assert set(shares) <= {*PARTS, LINEAR}


def test_the_shipped_recipe_is_one_of_the_candidates() -> None:
    shares = CANDIDATES["extra trees, no counts, lengths or age + ½ boosting, no counts"]
    for member, (part, share) in zip(CHOSEN.members, shares.items(), strict=True):
        assert member.share == share
        assert (member.learner, member.left_out) == (
            PARTS[part].members[0].learner,
            PARTS[part].members[0].left_out,
        )
