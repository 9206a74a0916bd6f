"""Bytes under the data home: sealed, whole or not there, and refused when touched."""

import pytest

from zhiheng.base.storage import SealBroken, folder_whole, seal, unseal, write_whole

CONTENT = "姓名 欧阳若溪".encode()


def test_sealed_bytes_come_back_and_do_not_show(home):
    seal(CONTENT, "a/b")
    assert unseal("a/b") == CONTENT
    assert CONTENT not in (home / "uploads" / "a" / "b").read_bytes()


def test_a_touched_file_or_another_key_is_told(home):
    seal(CONTENT, "x")
    path = home / "uploads" / "x"
    path.write_bytes(path.read_bytes()[:-4] + b"AAAA")
    with pytest.raises(SealBroken, match="备份"):
        unseal("x")
    seal(CONTENT, "x")
    (home / "keys" / "uploads").unlink()
    with pytest.raises(SealBroken):
        unseal("x")


def test_a_folder_is_there_whole_or_not_at_all(home):
    final = home / "datasets" / "1"

    def broken() -> None:
        with folder_whole(final) as scratch:
            (scratch / "half").touch()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert not final.exists()
    assert list(final.parent.iterdir()) == []
    with folder_whole(final) as scratch:
        write_whole(scratch / "marks", b"1")
    with folder_whole(final) as scratch:
        write_whole(scratch / "marks", b"2")
    assert (final / "marks").read_bytes() == b"1", "what was there was complete"
    assert [path.name for path in final.parent.iterdir()] == ["1"]
