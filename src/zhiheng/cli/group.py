"""How every command ends: with a sentence and a documented exit code, never a traceback for what a person can mend."""

import errno
import sys
from typing import Any, NoReturn

import click
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from zhiheng.base.errors import Explained
from zhiheng.cli.wording import ChineseHelp, mistake_text

WRONG_OPTIONS, NOTHING_READ, FAULT, UNWRITABLE, INTERRUPTED = 2, 3, 5, 6, 130
AGAIN = "已经完成的部分不受影响，处理好以后再运行一次即可。"
DISK = {
    errno.ENOSPC: "磁盘满了，请腾出空间",
    errno.EDQUOT: "磁盘配额用完了，请腾出空间",
    errno.EACCES: "没有读写权限，请换一个文件夹或改权限",
    errno.EPERM: "没有读写权限，请换一个文件夹或改权限",
    errno.EROFS: "这个磁盘是只读的，请换一个文件夹",
}
DATABASE = {
    "disk is full": "磁盘满了，请腾出空间",
    "database is locked": "另一个程序正在写这个数据文件夹，请等它做完",
    "readonly database": "数据库文件是只读的，请改权限",
    "unable to open": "数据库文件打不开，请检查数据文件夹的权限",
}


class Commands(click.Group):
    """A group whose commands end as the module says, and whose help is in Chinese."""

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Run the command line and leave with its exit code."""
        click.Context.formatter_class = ChineseHelp
        try:
            code = super().main(*args, **{**extra, "standalone_mode": False})
        except click.UsageError as mistake:
            _end(mistake_text(mistake), WRONG_OPTIONS)
        except click.Abort:
            _end(f"已中断。{AGAIN}", INTERRUPTED)
        except ImproperlyConfigured as wrong:
            _end(str(wrong), WRONG_OPTIONS)
        except Explained as reason:
            _end(reason.for_user, getattr(reason, "exit_code", NOTHING_READ))
        except Exception as error:
            said = _outside(error)
            if said is None:
                raise
            _end(f"{said}。{AGAIN}", UNWRITABLE)
        sys.exit(code if isinstance(code, int) else 0)


def _outside(error: BaseException | None) -> str | None:
    """Say what outside the program stopped it, whoever wrapped the error; None where it was the program itself."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in DISK:
            return (f"{error.filename}：" if error.filename else "") + DISK[error.errno]
        if isinstance(error, OperationalError):
            return next((text for words, text in DATABASE.items() if words in str(error)), None)
        error = error.__cause__ or error.__context__
    return None


def _end(sentence: str, code: int) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(code)
