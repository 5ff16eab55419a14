"""The words of a creative that a model reads: the same in training and in use."""


def text_of(title: str, text: str) -> str:
    """Return the words that the model reads: the title once, then the text."""
    return text if not title or title in text else f"{title}\n{text}"
