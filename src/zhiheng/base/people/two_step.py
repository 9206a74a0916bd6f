"""The second step of signing in: time-based codes (TOTP). Devices are django-otp's; this is how we use them."""

from typing import Any

from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from zhiheng.base.audit.services import audit_write
from zhiheng.base.people.models import User


def confirmed_device(user: Any) -> TOTPDevice | None:
    """Return the device a person signs in with, if the second step is on."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def pending_person(user_id: str | None) -> User | None:
    """Return the person whose password was right and whose code is still to come."""
    return User.objects.filter(pk=user_id, is_active=True).first() if user_id else None


def token_matches(user: User, token: str) -> bool:
    """Tell whether the code is right now. Wrong codes slow the next try down (django-otp's throttling)."""
    device = confirmed_device(user)
    return device is not None and bool(device.verify_token(token.strip()))


def device_prepared(user: Any) -> TOTPDevice:
    """Return the device being set up, making its secret the first time; `config_url` goes into a QR code."""
    device, _ = TOTPDevice.objects.get_or_create(
        user=user, confirmed=False, defaults={"name": f"质衡-{user.username}"}
    )
    return device


@transaction.atomic
def device_confirm(*, user: Any, token: str) -> bool:
    """Turn the second step on if the code proves that the authenticator works; an older device goes."""
    device = device_prepared(user)
    if not device.verify_token(token.strip()):
        return False
    TOTPDevice.objects.filter(user=user, confirmed=True).delete()
    device.confirmed = True
    device.save()
    audit_write(action="two_step.on", user=user, object=user)
    return True


@transaction.atomic
def device_remove(*, user: Any, by: Any) -> None:
    """Turn the second step off, as its owner or, for a lost phone, as an administrator."""
    TOTPDevice.objects.filter(user=user).delete()
    audit_write(action="two_step.off", user=by, object=user)
