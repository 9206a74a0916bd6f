"""Match facts against the rules of `standards/guards.yaml`. The rules are data; this only reads them in order."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from zhiheng.standards.loader import load

ALLOWED, NEEDS_BASIS, REFUSED = "allowed", "needs_basis", "refused"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the guard says about one intention.

    Attributes
    ----------
    outcome : allowed, needs_basis or refused.
    code, rule, source : the rule, its sentence and the document behind it.
    sentence : why, for this case.
    recast : what can lawfully be done instead, or what to write down.
    missing : fields of the basis not yet written down.
    on_basis : left to local discretion and allowed on the basis written down; pages carry a banner.
    by_school : what is refused across schools each school may do alone.
    confidence : found, or memory: then the bureau checks the document before relying on it.
    """

    outcome: str
    code: str
    rule: str
    source: str
    sentence: str
    recast: str = ""
    missing: tuple[str, ...] = ()
    on_basis: bool = False
    by_school: bool = False
    confidence: str = "found"

    @property
    def allowed(self) -> bool:
        """Whether it may be done now."""
        return self.outcome == ALLOWED

    @property
    def for_user(self) -> str:
        """The whole answer in Chinese: the case, what is missing, the way out, the rule."""
        parts = [self.sentence]
        if self.missing:
            parts.append(f"还缺：{'、'.join(field_labels()[name] for name in self.missing)}。")
        if not self.allowed and self.recast:
            parts.append(self.recast)
        return "".join(parts) + f"（依据：{self.source}）"


@cache
def rules() -> dict[str, Mapping[str, Any]]:
    """Return every rule by code."""
    return {rule["code"]: rule for rule in load("guards")["rules"]}


def field_labels() -> dict[str, str]:
    """Return the Chinese name of every field that a basis may consist of."""
    return dict(load("guards")["fields"])


def verdict_of(code: str, facts: Mapping[str, Any]) -> Verdict:
    """Return what rule `code` says about the facts; the first case that fits decides."""
    rule = rules()[code]
    case = next((case for case in rule["cases"] if _fits(case.get("when", {}), facts)), rule["otherwise"])
    needs = case.get("needs", ())
    missing = tuple(name for name in needs if not facts.get(name))
    based = case["verdict"] == NEEDS_BASIS and not missing
    return Verdict(
        outcome=ALLOWED if based else case["verdict"],
        code=code,
        rule=rule["rule"],
        source=rule["source"],
        sentence=case["sentence"],
        recast=case.get("recast", ""),
        missing=missing,
        on_basis=based and case.get("discretion", False),
        by_school=case.get("by_school", False),
        confidence=case.get("confidence", rule["confidence"]),
    )


def _fits(when: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    return all(_meets(facts.get(name), wanted) for name, wanted in when.items())


def _meets(value: Any, wanted: Any) -> bool:
    if value is None:
        return False
    if isinstance(wanted, Mapping):
        return value >= wanted.get("at_least", value) and value <= wanted.get("at_most", value)
    return value in wanted if isinstance(wanted, list) else value == wanted
