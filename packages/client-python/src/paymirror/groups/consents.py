"""On what authority each row is held, how that ends, and who has read what."""

from collections.abc import Iterator
from typing import Any, cast

from .._caller import Caller
from .._transport import segment
from ..models import AccessLine, Consent, Withdrawal
from ._pages import pages


class Consents:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def list(self, *, holder_id: str | None = None, limit: int | None = None) -> Iterator[Consent]:
        """Consents, newest last."""
        return pages(self._caller, "/v1/consents", {"holderId": holder_id, "limit": limit})

    def get(self, consent_id: str) -> Consent:
        return cast(Consent, self._caller.read(f"/v1/consents/{segment(consent_id)}"))

    def record(self, consent_id: str) -> Any:
        """The consent record, aligned with ISO/IEC TS 27560, as JSON."""
        return self._caller.read(f"/v1/consents/{segment(consent_id)}/record")

    def withdraw(self, consent_id: str) -> Withdrawal:
        """Withdraws a consent: at once, and a second time does nothing."""
        return cast(Withdrawal, self._caller.act("POST", f"/v1/consents/{segment(consent_id)}/withdraw"))

    def reconfirm(self, consent_id: str) -> Consent:
        """The person said that they still agree."""
        return cast(Consent, self._caller.act("POST", f"/v1/consents/{segment(consent_id)}/reconfirm"))


class AccessLog:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def list(self, *, holder_id: str | None = None, limit: int | None = None) -> Iterator[AccessLine]:
        """Who read what, when and why."""
        return pages(self._caller, "/v1/access-log", {"holderId": holder_id, "limit": limit})
