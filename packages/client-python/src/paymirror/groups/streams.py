"""The rows of the seven streams: each a list and, where a row has an id of its own, the one."""

from collections.abc import Iterator
from datetime import date
from typing import Generic, TypeVar, cast

from .._caller import Caller
from .._transport import segment
from ..models import Installment, InstallmentState
from ._pages import pages

Row = TypeVar("Row")


class Listing(Generic[Row]):
    """Rows that are only listed."""

    def __init__(self, caller: Caller, name: str) -> None:
        self._caller = caller
        self._name = name

    def list(
        self, *, holder_id: str | None = None, account_id: str | None = None, limit: int | None = None
    ) -> Iterator[Row]:
        """All the key may see, unless narrowed to a person or an account. ``limit`` is the size of a page, 1 to 500."""
        query = {"holderId": holder_id, "accountId": account_id, "limit": limit}
        return pages(self._caller, f"/v1/{self._name}", query)


class Rows(Listing[Row]):
    """Rows with ids of their own."""

    def get(self, account_id: str, id: str) -> Row:
        path = f"/v1/accounts/{segment(account_id)}/{self._name}/{segment(id)}"
        return cast(Row, self._caller.read(path))


class Installments:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def list(
        self,
        *,
        due_from: date | str | None = None,
        due_to: date | str | None = None,
        state: InstallmentState | None = None,
        holder_id: str | None = None,
        account_id: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Installment]:
        """Installments by due date, both days included."""
        query = {
            "from": _day(due_from),
            "to": _day(due_to),
            "state": state,
            "holderId": holder_id,
            "accountId": account_id,
            "limit": limit,
        }
        return pages(self._caller, "/v1/installments", query)


def _day(day: date | str | None) -> str | None:
    # A datetime is a date to Python, and its day depends on a time zone that nobody named.
    return day.strftime("%Y-%m-%d") if isinstance(day, date) else day
