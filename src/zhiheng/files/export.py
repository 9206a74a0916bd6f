"""Write documents in every wanted format, on as many processes as help. Order of results is order of asking."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from zhiheng.files.document import Document
from zhiheng.files.docx_writer import write_docx
from zhiheng.files.pdf_writer import write_pdf
from zhiheng.files.xlsx_writer import write_xlsx

WRITERS = {"docx": write_docx, "pdf": write_pdf, "xlsx": write_xlsx}
WORTH_A_POOL = 12
"""Below this many documents, starting processes costs more than it saves."""

Exported = dict[str, bytes]


def export(document: Document, formats: Sequence[str]) -> Exported:
    """Return a document's bytes by format (docx, pdf, xlsx)."""
    return {name: WRITERS[name](document) for name in formats}


def export_all(
    documents: Iterable[Document], formats: Sequence[str], *, count: int, processes: int = 2
) -> Iterator[Exported]:
    """Yield the bytes of each document in turn; `count` is how many there will be."""
    if count < WORTH_A_POOL or processes < 2:
        for document in documents:
            yield export(document, formats)
        return
    # Spawned, never forked: the tables' engine keeps threads.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(export, documents, [formats] * count, chunksize=4)
