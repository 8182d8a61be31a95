"""A person's own US session: the refresh of its tokens and the walk of its feeds. It reads, and writes nothing."""

import math
import re
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from types import TracebackType
from typing import Any, Generic, NoReturn, Self, TypeVar, cast

from .._transport import Query, Transport
from ..version import version
from . import _wire as wire
from ._http import Http, Reply
from ._session import Session
from .failures import ConsentRequired, ProviderUnavailable, UnexpectedResponse
from .grant import Grant
from .rows import (
    Balance,
    BalanceEntry,
    CardTransaction,
    Cashback,
    CashbackEntry,
    Delivery,
    Profile,
    Purchase,
    Unreadable,
)

Row = TypeVar("Row")

# How long before its end an access token is no longer begun with.
_margin = timedelta(seconds=10)
_day = 86_400.0
# How often a walk may come back to a cursor before it counts as going in a circle.
_returns_allowed = 3


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows, and where to go on once they are stored: store the two together."""

    rows: tuple[Row | Unreadable, ...]
    cursor: str | None


class Feed(Generic[Row]):
    """A feed from a cursor on: iterate over its rows, or over its ``pages`` to keep the cursor. Rows may repeat."""

    def __init__(
        self,
        get: Callable[[str, Query], Reply],
        path: str,
        member: str,
        read: Callable[[wire.Members], Row],
        updated_after: str | None,
        page_size: int,
    ) -> None:
        self._get = get
        self._path = path
        self._member = member
        self._read = read
        self._updated_after = updated_after
        self._page_size = page_size

    def __iter__(self) -> Iterator[Row | Unreadable]:
        for page in self.pages():
            yield from page.rows

    def pages(self) -> Iterator[Page[Row]]:
        """Pages until one is empty: then the reader is caught up. A cursor that expired begins the feed again."""
        cursor = self._updated_after
        began_again = False
        visits: dict[str, int] = {}
        while True:
            reply = self._get(self._path, {"updated_after": cursor, "page_size": self._page_size})
            if reply.status == 410 and cursor is not None:
                if began_again:
                    raise UnexpectedResponse(f"{self._path} let a cursor expire twice in one walk")
                cursor, began_again = None, True
                continue
            found, following = self._taken(_good(reply, self._path))
            if not found:
                yield Page((), following or cursor)
                return
            if following is None:
                raise UnexpectedResponse(f"{self._path} cannot be read at next_cursor")
            visits[following] = visits.get(following, 0) + 1
            if visits[following] > _returns_allowed:
                raise UnexpectedResponse(f"incomplete: {self._path} goes in a circle")
            yield Page(tuple(self._row(one) for one in found), following)
            cursor = following

    def _taken(self, body: wire.Members) -> tuple[list[Any], str | None]:
        found = body.raw.get(self._member)
        if not isinstance(found, list):
            raise UnexpectedResponse(f"{self._path} cannot be read at {self._member}")
        following = body.raw.get("next_cursor")
        return cast(list[Any], found), following if isinstance(following, str) else None

    def _row(self, raw: Any) -> Row | Unreadable:
        try:
            return self._read(wire.Members(raw))
        except wire.Misfit as misfit:
            id = cast(dict[str, Any], raw).get("id") if isinstance(raw, dict) else None
            return Unreadable(id if isinstance(id, str) else None, f"cannot be read at {misfit}", raw)


def _good(reply: Reply, path: str) -> wire.Members:
    if reply.status >= 400:
        raise UnexpectedResponse(f"{path} was answered {reply.status}")
    try:
        return wire.Members(reply.body)
    except wire.Misfit:
        raise UnexpectedResponse(f"the answer of {path} is no JSON object") from None


class Klarna:
    """A session, for any number of threads. ``base_url`` is the one origin that is contacted: there is no default.

    ``on_grant`` stores a grant. It runs after every renewal and before the new tokens are used; until it returns nothing
    is read, and where it raises nothing is read either.
    """

    def __init__(
        self,
        base_url: str,
        grant: Grant,
        *,
        on_grant: Callable[[Grant], None],
        page_size: int = 50,
        timeout: float = 20,
        ssl_context: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = Transport(
            base_url, timeout=timeout, ssl_context=ssl_context, user_agent=f"paymirror-python/{version}"
        )
        self._http = Http(self._transport, clock=clock, sleep=sleep)
        self._session = Session(grant, on_grant)
        self._page_size = page_size

    def purchases(self, *, updated_after: str | None = None) -> Feed[Purchase]:
        """Orders, each with its plan and installments."""
        return self._feed("/consumer/v2/purchases", "purchases", wire.purchase, updated_after)

    def card_transactions(self, *, updated_after: str | None = None) -> Feed[CardTransaction]:
        return self._feed("/consumer/v2/card/transactions", "transactions", wire.card_transaction, updated_after)

    def balance_entries(self, *, updated_after: str | None = None) -> Feed[BalanceEntry]:
        return self._feed("/consumer/v2/balance/entries", "entries", wire.balance_entry, updated_after)

    def cashback_entries(self, *, updated_after: str | None = None) -> Feed[CashbackEntry]:
        """The points ledger."""
        return self._feed("/consumer/v2/cashback/entries", "entries", wire.cashback_entry, updated_after)

    def deliveries(self, *, updated_after: str | None = None) -> Feed[Delivery]:
        return self._feed("/consumer/v2/deliveries", "deliveries", wire.delivery, updated_after)

    def balance(self) -> Balance:
        """What the provider states. It may have moved since the entries were read."""
        return self._one("/consumer/v2/balance", wire.balance)

    def cashback(self) -> Cashback:
        """The standing of the points the provider states."""
        return self._one("/consumer/v2/cashback", wire.cashback)

    def profile(self) -> Profile:
        return self._one("/consumer/v2/profile", wire.profile)

    def revoke(self) -> None:
        """Ends the session at the provider. One that is already gone is what was wanted."""
        try:
            grant = self._session.current()
        except ConsentRequired:
            return
        reply = self._http.patiently("POST", "/auth/v1/token/revoke", body=_credentials(grant))
        if reply.status >= 400 and reply.status not in (400, 401, 403, 404, 410):
            raise UnexpectedResponse(f"the revocation was answered {reply.status}")
        self._session.end("the session was ended here; link again")

    def close(self) -> None:
        """Lets go of the idle connections. The session goes on."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Klarna({self._transport.origin!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a session holds tokens and is not pickled")

    def _feed(
        self, path: str, member: str, read: Callable[[wire.Members], Row], updated_after: str | None
    ) -> Feed[Row]:
        return Feed(self._get, path, member, read, updated_after, self._page_size)

    def _one(self, path: str, read: Callable[[wire.Members], Row]) -> Row:
        try:
            return read(_good(self._get(path, {}), path))
        except wire.Misfit as misfit:
            raise UnexpectedResponse(f"{path} cannot be read at {misfit}") from None

    def _get(self, path: str, query: Query) -> Reply:
        """Reads under the session: renewed where it is stale, and once more where the token is refused."""
        held = self._session.current()
        if not self._is_fresh(held):
            held = self._session.renew(held, self._exchange)
        reply = self._ask(path, query, held)
        if reply.status == 401:
            held = self._session.renew(held, self._exchange)
            reply = self._ask(path, query, held)
            if reply.status == 401:
                raise self._session.end("a token that was just renewed is refused; link again")
        if reply.status == 403 and reply.error == "session_revoked":
            raise self._session.end("the session was ended at the provider; link again")
        return reply

    def _ask(self, path: str, query: Query, grant: Grant) -> Reply:
        return self._http.patiently(
            "GET", path, query=query, headers={"authorization": f"Bearer {grant.access_token}"}
        )

    def _is_fresh(self, grant: Grant) -> bool:
        if grant.access_token is None:
            return False
        return grant.access_expires_at is None or self._now() + _margin < grant.access_expires_at

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._http.clock(), timezone.utc)

    def _exchange(self, grant: Grant) -> Grant:
        """Exchanges the refresh token, once. Whether it is tried again is for the session to say."""
        reply = self._http.once("POST", "/auth/v1/token/refresh", body=_credentials(grant))
        if reply.status >= 400:
            if reply.error in ("invalid_grant", "session_revoked") or reply.status == 401:
                raise ConsentRequired("the provider no longer accepts this session; link again")
            raise UnexpectedResponse(f"the renewal was answered {reply.status}")
        try:
            tokens = wire.Members(reply.body)
            access_token = tokens.id("access_token")
            if not re.fullmatch(r"[\x21-\x7e]+", access_token):
                raise tokens.misfit("access_token")
            refresh_token = tokens.id("refresh_token") if tokens.has("refresh_token") else grant.refresh_token
        except wire.Misfit:
            raise ProviderUnavailable("the renewal was answered, but it cannot be read", answer_lost=True) from None
        return Grant(refresh_token, grant.device_id, access_token, self._end_of(tokens.raw.get("expires_in")))

    def _end_of(self, expires_in: object) -> datetime | None:
        if isinstance(expires_in, bool) or not isinstance(expires_in, (int, float)) or math.isnan(expires_in):
            return None
        return self._now() + timedelta(seconds=min(max(float(expires_in), 0.0), _day))


def _credentials(grant: Grant) -> dict[str, str]:
    return {"refresh_token": grant.refresh_token, "device_id": grant.device_id}
