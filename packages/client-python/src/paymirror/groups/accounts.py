"""Accounts, and the people they belong to."""

from collections.abc import Iterator
from typing import cast

from .._caller import Caller
from .._transport import segment
from ..models import Account, ErasureReceipt, Holder
from ._pages import pages


class Accounts:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def list(self, *, holder_id: str | None = None, limit: int | None = None) -> Iterator[Account]:
        """Accounts the key may see. ``limit`` is the size of a page, 1 to 500."""
        return pages(self._caller, "/v1/accounts", {"holderId": holder_id, "limit": limit})

    def get(self, account_id: str) -> Account:
        return cast(Account, self._caller.read(f"/v1/accounts/{segment(account_id)}"))


class Holders:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def list(self, *, reference: str | None = None, limit: int | None = None) -> Iterator[Holder]:
        """People. ``reference`` is your own name for one."""
        return pages(self._caller, "/v1/holders", {"reference": reference, "limit": limit})

    def create(self, reference: str, *, idempotency_key: str | None = None) -> Holder:
        """Names a person; the same reference again is the same person."""
        made = self._caller.create("/v1/holders", {"reference": reference}, idempotency_key=idempotency_key)
        return cast(Holder, made)

    def get(self, holder_id: str) -> Holder:
        return cast(Holder, self._caller.read(f"/v1/holders/{segment(holder_id)}"))

    def export(self, holder_id: str) -> bytes:
        """Everything that is held of a person, as one JSON document."""
        return self._caller.download(f"/v1/holders/{segment(holder_id)}/export")

    def erase(self, holder_id: str) -> ErasureReceipt:
        """Withdraws every consent of a person and erases what is held of them."""
        return cast(ErasureReceipt, self._caller.act("DELETE", f"/v1/holders/{segment(holder_id)}"))
