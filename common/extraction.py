"""Finding the messages to translate in Python files: Babel's own way, and inside f-strings, where it does not look on Python 3.11."""

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

from babel.messages.extract import extract_python

Found = tuple[Any, ...]  # line, function, message or messages, comments


def extract(
    fileobj: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Any
) -> Iterator[Found]:
    """Yield the messages of a file, as Babel asks its extractors to (Babel, "Writing extraction methods")."""
    source = fileobj.read()
    fileobj.seek(0)
    yield from extract_python(fileobj, keywords, comment_tags, options)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            yield from _inside(node, keywords)


def _inside(text: ast.JoinedStr, keywords: Mapping[str, Any]) -> Iterator[Found]:
    for call in ast.walk(text):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in keywords):
            continue
        said = [
            one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        if said:
            yield call.lineno, call.func.id, said[0] if len(said) == 1 else tuple(said), []
