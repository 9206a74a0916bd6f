"""The link of one school's part of a collection: derived, never stored, and printable as a QR code."""

import base64
import binascii
import io
from uuid import UUID

import segno
from django.utils.crypto import constant_time_compare, salted_hmac

SIGNATURE_BYTES = 16
_SALT = "zhiheng.evidence.collections"


def link_token(due_id: UUID) -> str:
    """Return the token that opens this part and no other: the id and its signature, 43 letters and digits."""
    return base64.urlsafe_b64encode(due_id.bytes + _signature(due_id)).decode().rstrip("=")


def due_id_of(token: str) -> UUID | None:
    """Return the id a token stands for; None when this installation did not make it."""
    try:
        due_id = UUID(bytes=base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))[:16])
    except (binascii.Error, ValueError):
        return None
    return due_id if constant_time_compare(token, link_token(due_id)) else None


def _signature(due_id: UUID) -> bytes:
    return salted_hmac(_SALT, due_id.bytes, algorithm="sha256").digest()[:SIGNATURE_BYTES]


def qr_svg(url: str) -> str:
    """Return a QR code as an SVG element to stand in a page."""
    held = io.BytesIO()
    segno.make(url, error="m").save(held, kind="svg", scale=4, border=2, xmldecl=False, svgns=True)
    return held.getvalue().decode()
