"""The records of the batch read last, kept in this process so that the steps of one run need not read it again.

A memory, not a store: with other readings, other papers or in another process the sheets are read anew.
"""

from collections.abc import Iterable

from zhiheng.base.canonical import sha256_of
from zhiheng.base.intake.models import Batch, Sheet
from zhiheng.files.sheets import Records

MOST_BYTES = 300_000_000
"""Larger batches (item sheets of a whole county) are read again, to keep memory within bounds."""

_kept: dict[str, list[Records]] = {}


def fingerprint(batch: Batch, sheets: Iterable[Sheet]) -> str:
    """Return a hash of everything the records of a batch depend on."""
    read = [[sheet.upload_id, sheet.upload.sha256, sheet.index, sheet.reading] for sheet in sheets]
    return sha256_of([batch.pk, batch.papers, read])


def recall(key: str) -> list[Records] | None:
    """Return the records kept under a fingerprint, if they are the ones read last."""
    return _kept.get(key)


class Keeper:
    """Collects the records of a batch while it is read, and drops them once they are too many."""

    def __init__(self) -> None:
        self._records: list[Records] = []
        self._bytes = 0

    def add(self, records: Records) -> None:
        """Take the records of the next sheet."""
        self._bytes += int(records.people.estimated_size() + records.marks.estimated_size())
        if self._bytes <= MOST_BYTES:
            self._records.append(records)
        else:
            self._records.clear()

    def keep(self, key: str) -> None:
        """Let `recall` find them under a fingerprint; what was kept before goes."""
        _kept.clear()
        if self._bytes <= MOST_BYTES:
            _kept[key] = self._records
