"""Linking a person, and the connections that come of it. No password is asked for, and none is sent."""

import time
from collections.abc import Iterator, Sequence
from typing import NotRequired, TypeAlias, TypedDict, cast

from .._caller import Caller
from .._transport import segment
from ..models import Connection, LinkAnswer, LinkSession, Presence, RunReport, StreamName
from ._pages import pages


# In a class that has a method of this name, ``list`` is that method.
RunReports: TypeAlias = list[RunReport]


class Bank(TypedDict):
    """A bank behind an aggregator, by the aggregator's own name for it."""

    name: str
    market: str


class _Link(TypedDict):
    holderId: str
    connector: str
    institution: NotRequired[str]
    streams: NotRequired[list[StreamName]]
    purpose: NotRequired[str]
    days: NotRequired[int]
    attendedOnly: NotRequired[bool]
    returnUrl: NotRequired[str]
    baseUrl: NotRequired[str]
    bank: NotRequired[Bank]
    presence: NotRequired[Presence]


class LinkSessions:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def create(
        self,
        holder_id: str,
        connector: str,
        *,
        institution: str | None = None,
        bank: Bank | None = None,
        streams: Sequence[StreamName] | None = None,
        purpose: str | None = None,
        days: int | None = None,
        attended_only: bool | None = None,
        return_url: str | None = None,
        base_url: str | None = None,
        presence: Presence | None = None,
        idempotency_key: str | None = None,
    ) -> LinkSession:
        """Opens a session. Its ``url`` is the page for the person, told this once; or answer its steps yourself.

        ``presence`` is the person's own address, where they are there and you answer for them.
        """
        body: _Link = {"holderId": holder_id, "connector": connector}
        if institution is not None:
            body["institution"] = institution
        if streams is not None:
            body["streams"] = list(streams)
        if purpose is not None:
            body["purpose"] = purpose
        if days is not None:
            body["days"] = days
        if attended_only is not None:
            body["attendedOnly"] = attended_only
        if return_url is not None:
            body["returnUrl"] = return_url
        if base_url is not None:
            body["baseUrl"] = base_url
        if bank is not None:
            body["bank"] = bank
        if presence is not None:
            body["presence"] = presence
        return cast(LinkSession, self._caller.create("/v1/link-sessions", body, idempotency_key=idempotency_key))

    def get(self, link_session_id: str) -> LinkSession:
        return cast(LinkSession, self._caller.read(f"/v1/link-sessions/{segment(link_session_id)}"))

    def answer(self, link_session_id: str, answer: LinkAnswer) -> LinkSession:
        """Answers the step the session is at."""
        path = f"/v1/link-sessions/{segment(link_session_id)}/answers"
        return cast(LinkSession, self._caller.act("POST", path, answer))

    def cancel(self, link_session_id: str) -> None:
        self._caller.act("DELETE", f"/v1/link-sessions/{segment(link_session_id)}")

    def wait(self, link_session_id: str, *, timeout: float = 900, every: float = 2) -> LinkSession:
        """Waits while the person is at it, and gives the session once it is no longer open: see its ``status``.

        A step that is approved elsewhere is asked about as often as it wants. TimeoutError where it stays open.
        """
        deadline = time.monotonic() + timeout
        session = self.get(link_session_id)
        while session["status"] == "open":
            step = session.get("step")
            pause = float(max(step["pollAfterSeconds"], 1)) if step and step["type"] == "approve" else every
            if time.monotonic() + pause > deadline:
                raise TimeoutError(f"the link session is still open after {timeout:g} seconds")
            self._caller.sleep(pause)
            if step and step["type"] == "approve":
                session = self.answer(link_session_id, {"type": "poll"})
            else:
                session = self.get(link_session_id)
        return session


class Connections:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def list(self, *, holder_id: str | None = None, limit: int | None = None) -> Iterator[Connection]:
        return pages(self._caller, "/v1/connections", {"holderId": holder_id, "limit": limit})

    def get(self, connection_id: str) -> Connection:
        return cast(Connection, self._caller.read(f"/v1/connections/{segment(connection_id)}"))

    def sync(
        self,
        connection_id: str,
        *,
        streams: Sequence[StreamName] | None = None,
        presence: Presence | None = None,
        timeout: float = 600,
    ) -> RunReports:
        """Reads a connection now, and says how each stream ended. It takes as long as the reading does."""
        body: dict[str, object] = {}
        if streams is not None:
            body["streams"] = [*streams]
        if presence is not None:
            body["presence"] = presence
        path = f"/v1/connections/{segment(connection_id)}/sync"
        return cast(RunReports, self._caller.act("POST", path, body, timeout=timeout)["items"])
