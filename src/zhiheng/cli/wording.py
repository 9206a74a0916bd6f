"""What the option parser says, in Chinese: headings of help, and every mistake in how a command was typed."""

import re
from collections.abc import Iterable, Sequence

import click

HEADINGS = {"Options": "选项", "Commands": "命令", "Positional arguments": "参数"}
NOTES = {
    "Show this message and exit.": "显示这段说明。",
    "Show the version and exit.": "显示版本。",
    "[required]": "［必写］",
    "[default: ": "［默认：",
}
# What the parser says of a value → what is said here. {0}, {1} … are the groups of the pattern.
VALUES = (
    (r"(?:File|Directory|Path) '(.+)' does not exist\.", "“{0}”不存在，请检查路径"),
    (r"(?:File|Path) '(.+)' is a directory\.", "“{0}”是文件夹，这里要一个文件"),
    (r"(?:Directory|Path) '(.+)' is a file\.", "“{0}”是文件，这里要一个文件夹"),
    (r"(?:File|Directory|Path) '(.+)' is not (?:readable|writable)\.", "“{0}”没有读写权限"),
    (r"'(.*)' is not a valid (?:integer range|integer|int)\.", "“{0}”不是整数"),
    (r"(.+) is not in the range (.+)\.", "{0} 不在允许的范围 {1} 里"),
    (r"'(.*)' is not one of (.+)\.", "没有“{0}”，可以写：{1}"),
)
COMMANDS = (
    (r"No such command '(.+?)'\..*", "没有命令 {0}"),
    (r"Got unexpected extra arguments? \((.+)\)", "多写了：{0}"),
    (r"Missing command\.", "没有写命令"),
    (r"Option '(.+)' requires an argument\.", "选项 {0} 后面要写一个值"),
    (r"Option '(.+)' does not take a value\.", "选项 {0} 后面不写值"),
)


class ChineseHelp(click.HelpFormatter):
    """Help as the parser lays it out, its own words in Chinese."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args.replace("[OPTIONS]", "[选项]"), prefix or "用法：")

    def write_heading(self, heading: str) -> None:
        super().write_heading(HEADINGS.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(name, _noted(text)) for name, text in rows], col_max, col_spacing)


def _noted(text: str) -> str:
    for english, chinese in NOTES.items():
        text = text.replace(english, chinese)
    return re.sub(r"［默认：(.+?)\]", r"［默认：\1］", text)


def mistake_text(mistake: click.UsageError) -> str:
    """Say what was typed wrong, and where the help is."""
    if isinstance(mistake, click.exceptions.NoArgsIsHelpError):
        return mistake.format_message()
    command = mistake.ctx.command_path if mistake.ctx else "zhiheng"
    return f"{_said(mistake)}。用法见 {command} --help"


def _said(mistake: click.UsageError) -> str:
    if isinstance(mistake, click.MissingParameter) and mistake.param is not None:
        option = isinstance(mistake.param, click.Option)
        return f"没有写{'选项 ' if option else ' '}{_name(mistake.param)}"
    if isinstance(mistake, click.BadParameter) and mistake.param is not None:
        return f"{_name(mistake.param)} 写得不对：{_translated(mistake.message, VALUES)}"
    if isinstance(mistake, click.BadParameter):
        return mistake.message
    if isinstance(mistake, click.NoSuchOption):
        near = f"，是不是 {'、'.join(mistake.possibilities)}" if mistake.possibilities else ""
        return f"没有选项 {mistake.option_name}{near}"
    return _translated(mistake.format_message(), COMMANDS)


def _name(parameter: click.Parameter) -> str:
    return "/".join(parameter.opts) if isinstance(parameter, click.Option) else parameter.name.upper()


def _translated(message: str, table: Sequence[tuple[str, str]]) -> str:
    for pattern, chinese in table:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return chinese.format(*found.groups())
    return message.rstrip(".")
