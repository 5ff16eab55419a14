"""What a person made of a conflict: a side for each clash, or words of their own in its place."""

from collections.abc import Mapping

from encyclopedia.core.fieldmerge import merge_texts
from encyclopedia.core.merge import Choice, chosen, merge
from encyclopedia.schemas import Text


def resolve_text(
    base: Text, ours: Text, theirs: Text, choices: Mapping[str, Choice], hands: Mapping[str, str]
) -> Text:
    """Return the merged text with choices (path → side) and handwritten parts (path → words) put in.

    Paths are those of `core.fieldmerge`. What nobody decided keeps our side: ask `merge_texts` first what is left to decide.
    """
    known = dict.fromkeys(hands, Choice.OURS) | dict(choices)
    merged = merge_texts(base, ours, theirs, known).text
    parts = {"title": merged.title, "lead": merged.lead, "body": merged.body}
    parts |= {f"fields.{key}": value for key, value in merged.fields.items()}
    for part in {path.partition("#")[0] for path in hands}:
        written = {path: words for path, words in hands.items() if path.partition("#")[0] == part}
        parts[part] = _by_hand(
            part, (_part(base, part), _part(ours, part), _part(theirs, part)), known, written
        )
    fields = {
        path.removeprefix("fields."): words for path, words in parts.items() if path.startswith("fields.")
    }
    return Text.model_construct(title=parts["title"], lead=parts["lead"], fields=fields, body=parts["body"])


def _by_hand(
    part: str, sides: tuple[str, str, str], choices: Mapping[str, Choice], written: Mapping[str, str]
) -> str:
    """Return one part with handwritten regions in place of its conflicts, the others as chosen."""
    if part in written:  # the whole part was one decision
        return written[part]
    lines: list[str] = []
    for number, chunk in enumerate(merge(*sides).chunks):
        path = f"{part}#{number}"
        choice = choices.get(path)
        if path in written:
            lines += written[path].replace("\r\n", "\n").split("\n") if written[path] else []
        else:
            lines += chunk.merged if choice is None else chosen(chunk, choice)
    return "\n".join(lines)


def _part(text: Text, part: str) -> str:
    if part.startswith("fields."):
        return text.fields.get(part.removeprefix("fields."), "")
    return str(getattr(text, part))
