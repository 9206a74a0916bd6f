"""What signing in and out leaves in the audit. Who may sign in is decided by Django and django-axes."""

from typing import Any

from axes.helpers import get_client_ip_address, get_failure_limit
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from zhiheng.base.audit.services import audit_write
from zhiheng.base.people.models import User

PASSWORD_STEP, CODE_STEP = "密码", "验证码"


def signed_in(request: HttpRequest, user: Any) -> None:
    """Record that somebody arrived."""
    audit_write(action="sign_in.pass", user=user, object=user, detail=_from(request))


def signed_out(request: HttpRequest, user: Any) -> None:
    """Record that somebody left by the button. A session that runs out leaves no entry."""
    audit_write(action="sign_out.pass", user=user, object=user, detail=_from(request))


def sign_in_failed(request: HttpRequest, username: str, step: str = PASSWORD_STEP) -> None:
    """Record a wrong password or code, and the lock-out it led to.

    A name that no account has may be a password typed into the wrong field: only a keyed hash of it is kept,
    which tells the same name tried again. Tries during a lock-out are not recorded, or whoever makes them would
    decide how fast the chain grows.
    """
    known = User.objects.filter(username=username).first()
    who = {"username": username} if known else {"unknown_name": _fingerprint(username)}
    # django-axes counts the tries and puts the sum on the request; without it they were refused unheard.
    tries = getattr(request, "axes_failures_since_start", None)
    locked = getattr(request, "axes_locked_out", False)
    if locked and tries is None:
        return
    audit_write(action="sign_in.fail", object=known, detail={**who, "step": step, **_from(request)})
    if locked and tries == get_failure_limit(request, {"username": username}):
        audit_write(action="sign_in.lock", object=known, detail={**who, "tries": tries, **_from(request)})


def _from(request: HttpRequest) -> dict[str, Any]:
    return {"address": get_client_ip_address(request)}


def _fingerprint(name: str) -> str:
    return salted_hmac("zhiheng.sign_in", name).hexdigest()[:12]
