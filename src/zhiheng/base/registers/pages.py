"""Two pages of a small register (台账): what it holds, and a form that adds to it.

Not for what a register means: rows, permission and rules come from its own folder.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render

from zhiheng.base.components.ledger import Ledger
from zhiheng.base.components.ledger_pages import ledger_page
from zhiheng.base.errors import Explained
from zhiheng.base.requests import Request


@dataclass(frozen=True, slots=True)
class Register:
    """What the pages of a register say in words.

    Attributes
    ----------
    title, verb : 组织与负责人, 登记负责人.
    list_name, new_name : names of the two addresses; no form where `new_name` is empty.
    who, when, how : the footer line 适合谁 · 何时用 · 怎么用.
    note : how its figures come about and what they are not for; stands below the tables.
    editors : roles that may fill in its form.
    """

    title: str
    list_name: str
    who: str
    when: str
    how: str
    verb: str = ""
    new_name: str = ""
    note: str = ""
    editors: frozenset[str] = frozenset()


def register_list(
    request: Request,
    register: Register,
    *ledgers: Ledger,
    also: Sequence[Register] = (),
    say: str = "",
) -> HttpResponse:
    """Show the tables of a register and lead to the forms this person may fill in: its own, and those of `also`.

    `say` is one sentence above the tables.
    """
    forms = [each for each in (register, *also) if each.new_name and request.scope.has(*each.editors)]
    context = {"register": register, "ledgers": ledgers, "forms": forms, "say": say}
    return ledger_page(request, "registers/list.html", context, *ledgers)


def register_new(
    request: Request, register: Register, form: Form, save: Callable[..., object]
) -> HttpResponse:
    """Show the form, or save what was typed and go back to the list.

    `save` is a service: it takes the form's cleaned fields and `by`. A sentence it returns is shown on the list;
    what it refuses with an `Explained` is shown above the form, with everything typed still there.
    """
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            said = save(**form.cleaned_data, by=request.user)
        except Explained as reason:
            refusal = reason.for_user
        else:
            messages.success(request, said if isinstance(said, str) else "已登记。")
            return redirect(register.list_name)
    return render(request, "registers/new.html", {"register": register, "form": form, "refusal": refusal})
