"""Every text of a document, wherever it stands: what must be read before the document goes out."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from zhiheng.base.guard.wording import wording_enforce
from zhiheng.files.document import Document, Figure


def texts_of(part: Any) -> Iterator[str]:
    """Yield the texts of a document or of a part of it; of a chart its title, caption and table."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Figure):
        yield from (part.drawing.title, part.drawing.caption)
        yield from texts_of(part.drawing.table())
    elif is_dataclass(part):
        for field in fields(part):
            yield from texts_of(getattr(part, field.name))
    elif isinstance(part, Mapping):
        yield from texts_of(tuple(part.values()))
    elif isinstance(part, (tuple, list)):
        for each in part:
            yield from texts_of(each)


def cleared(document: Document) -> Document:
    """Return a document that may leave the bureau.

    Raises
    ------
    zhiheng.base.guard.wording.WordingRefused
        It says what must stay inside.
    """
    wording_enforce(texts_of(document))
    return document
