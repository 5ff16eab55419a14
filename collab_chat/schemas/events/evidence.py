"""What was seen, kept by its hashes."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from collab_chat.schemas.cases import Line, Shape, Text
from collab_chat.schemas.events.parts import FileRef, Seq, Sha256


class EvidenceAdded(Shape):
    """Evidence was asked for (an address) or uploaded (a file)."""

    kind: Literal["url", "file"]
    url: Annotated[str, Field(max_length=2_000)] = ""
    file: FileRef | None = None
    note: Text = ""


class EvidenceCaptured(Shape):
    """What a capture kept, each file by its hash; a second capture is another event and overwrites nothing."""

    evidence: Seq
    status: Annotated[int, Field(ge=100, le=599)]
    final_url: Annotated[str, Field(max_length=2_000)]
    title: Line = ""
    text_excerpt: Text = ""
    at: datetime
    body_sha256: Sha256
    warc: FileRef
    screenshot: FileRef | None = None
    timestamp: FileRef | None = None  # RFC 3161 token over the WARC's hash
    notes: tuple[Line, ...] = ()  # what was not possible, in a sentence each


class EvidenceFailed(Shape):
    """The address could not be captured, and why."""

    evidence: Seq
    why: Text
