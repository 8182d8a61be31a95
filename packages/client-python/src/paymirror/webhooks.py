"""For whoever receives webhooks: is this delivery ours, is it fresh, and what does it say (Standard Webhooks 1.0).

It keeps nothing: that an event is handled once is for the receiver, by ``Received.id``.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from .events import Received, event_of
from .problems import Error

_prefix = "whsec_"


class Headers(Protocol):
    """Names and values, as a dict of them or what a server of Python's own hands over."""

    def items(self) -> Iterable[tuple[str, str]]: ...


class InvalidWebhook(Error):
    """A delivery that must not be believed. The message says why, and quotes nothing of it."""


def _bytes_of(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(_prefix), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not 24 <= len(key) <= 64:
        raise ValueError("a webhook secret is whsec_ and 24 to 64 bytes in base64; it is not shown here")
    return key


def _signature(key: bytes, id: str, timestamp: str, body: bytes) -> str:
    signed = f"{id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def sign(secret: str, *, id: str, timestamp: int, body: bytes) -> str:
    """The signature of a delivery, as the ``webhook-signature`` header has it. For tests of a receiver."""
    return _signature(_bytes_of(secret), id, str(timestamp), body)


class Receiver:
    """Believes deliveries signed with any of ``secrets``: while a secret is rotated, give the old one and the new one.

    ``tolerance`` is how many seconds a delivery may be old, or ahead of this clock.
    """

    def __init__(self, *secrets: str, tolerance: int = 300, clock: Callable[[], float] = time.time) -> None:
        if not secrets:
            raise ValueError("a receiver needs at least one secret")
        self._keys = tuple(_bytes_of(secret) for secret in secrets)
        self._tolerance = tolerance
        self._clock = clock

    def __repr__(self) -> str:
        return f"Receiver({len(self._keys)} secrets)"

    def receive(self, body: bytes, headers: Headers) -> Received:
        """The event of a delivery. ``body`` is what arrived, byte for byte; ``headers`` may be spelt in any case.

        Raises InvalidWebhook where it is not to be believed, UnreadableEvent where it is ours and no event.
        """
        given = {name.lower(): value for name, value in headers.items()}
        try:
            id = given["webhook-id"]
            timestamp = given["webhook-timestamp"]
            signatures = given["webhook-signature"]
        except KeyError:
            raise InvalidWebhook("a webhook has the headers webhook-id, webhook-timestamp and webhook-signature") from None
        if not re.fullmatch("[0-9]{1,12}", timestamp):
            raise InvalidWebhook("its timestamp is no number of seconds")
        if abs(int(self._clock()) - int(timestamp)) > self._tolerance:
            raise InvalidWebhook("its timestamp is too far from this clock")
        expected = [_signature(key, id, timestamp, body).encode() for key in self._keys]
        said = [one.encode("utf-8", "replace") for one in signatures.split(" ")]
        if not any([hmac.compare_digest(one, other) for one in said for other in expected]):
            raise InvalidWebhook("no signature of it is ours")
        try:
            document = json.loads(body)
        except ValueError:
            document = None
        return Received(id, event_of(document))

    def receive_wsgi(self, environ: Mapping[str, object], body: bytes) -> Received:
        """The same with the headers as a WSGI environment spells them."""
        headers = {
            name.removeprefix("HTTP_").replace("_", "-"): value
            for name, value in environ.items()
            if name.startswith("HTTP_WEBHOOK_") and isinstance(value, str)
        }
        return self.receive(body, headers)
