"""A file the person downloaded. It goes up whole: the interface takes files up to 64 MiB."""

from typing import BinaryIO, Literal, cast

from .._caller import Caller
from ..models import ImportReport


class Imports:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def create(
        self,
        holder_id: str,
        file: bytes | BinaryIO,
        *,
        account_id: str | None = None,
        date_order: Literal["DMY", "MDY"] | None = None,
        market: str | None = None,
        idempotency_key: str | None = None,
        timeout: float = 600,
    ) -> ImportReport:
        """Imports a file; the same file again adds nothing. ``date_order`` is for dates that can be read both ways."""
        query = {"holderId": holder_id, "accountId": account_id, "dateOrder": date_order, "market": market}
        body = file if isinstance(file, bytes) else file.read()
        report = self._caller.create(
            "/v1/imports", body, idempotency_key=idempotency_key, query=query, timeout=timeout
        )
        return cast(ImportReport, report)
