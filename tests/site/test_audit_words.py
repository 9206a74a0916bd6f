"""What the audit tells of a whole round of work is in Chinese words."""

import pytest

from zhiheng.base.audit.models import AuditEntry
from zhiheng.base.audit.wording import FIELDS

pytestmark = pytest.mark.django_db


def test_every_detail_of_a_round_of_work_has_its_word(shown):
    told = {key for detail in AuditEntry.objects.values_list("detail", flat=True) for key in detail}
    assert len(told) > 20
    assert told - set(FIELDS) == set()
