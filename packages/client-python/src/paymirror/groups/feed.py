"""What happened and what will: the change feed, events as they happen, calendars, the forecast, what does not add up."""

import json
from collections.abc import Generator
from contextlib import closing
from typing import TypedDict, cast

from .._caller import Caller
from .._sse import Message, Parser
from .._transport import segment
from ..events import Received, UnreadableEvent, event_of
from ..models import CalendarFeed, Change, StreamName
from ..problems import ConnectionFailed, ServerError, TooManyRequests


class ChangePage(TypedDict):
    items: list[Change]
    nextCursor: str
    hasMore: bool


class Changes:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def page(
        self,
        cursor: str | None = None,
        *,
        holder_id: str | None = None,
        account_id: str | None = None,
        stream: StreamName | None = None,
        limit: int | None = None,
    ) -> ChangePage:
        """Changes after a cursor, from the first without one. Store ``nextCursor`` with what was made of the items."""
        query = {
            "cursor": cursor,
            "holderId": holder_id,
            "accountId": account_id,
            "stream": stream,
            "limit": limit,
        }
        return cast(ChangePage, self._caller.read("/v1/changes", query))

    def follow(
        self,
        cursor: str | None = None,
        *,
        every: float | None = None,
        holder_id: str | None = None,
        account_id: str | None = None,
        stream: StreamName | None = None,
        limit: int | None = None,
    ) -> Generator[ChangePage, None, None]:
        """Pages until all is told; with ``every``, looks again after so many seconds, without an end."""
        while True:
            page = self.page(cursor, holder_id=holder_id, account_id=account_id, stream=stream, limit=limit)
            if page["items"] or page["nextCursor"] != cursor:
                yield page
            cursor = page["nextCursor"]
            if page["hasMore"]:
                continue
            if every is None:
                return
            self._caller.sleep(every)


class Events:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def stream(
        self,
        *,
        after: str | None = None,
        holder_id: str | None = None,
        account_id: str | None = None,
        idle_timeout: float = 60,
    ) -> Generator[Received, None, None]:
        """Events as they happen, without an end: what breaks is taken up again after the last id.

        ``after`` is the id of the last event that was handled; without it the stream begins now. Where nothing at all
        is heard for ``idle_timeout`` seconds (the server says something every 15) the connection is made anew. What the
        server refuses is raised.
        """
        query = {"holderId": holder_id, "accountId": account_id}
        failures = 0
        while True:
            parser = Parser()
            broken = ConnectionFailed("the stream ended", sent=True)
            try:
                headers = {"accept": "text/event-stream"}
                if after is not None:
                    headers["last-event-id"] = after
                with closing(self._caller.open("/v1/events", query, headers, idle_timeout=idle_timeout)) as stream:
                    while part := stream.read():
                        for message in parser.feed(part):
                            if message.event.startswith("effect/"):
                                raise broken
                            yield _received(message)
                            after = message.id
                        # An id without an event: nothing before it is still to be told.
                        if parser.last_id is not None:
                            after, failures = parser.last_id, 0
                error = broken
            except (ConnectionFailed, ServerError, TooManyRequests) as failure:
                error = failure
            self._caller.rest(error, failures)
            failures += 1


def _received(message: Message) -> Received:
    if message.id is None:
        raise UnreadableEvent("an event came without an id")
    try:
        return Received(message.id, event_of(json.loads(message.data)))
    except ValueError:
        raise UnreadableEvent("an event is not JSON") from None


class Calendars:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def create(self, holder_id: str, *, idempotency_key: str | None = None) -> CalendarFeed:
        """An address a calendar program can subscribe to. Whoever has it reads the due dates: it is a secret."""
        path = f"/v1/holders/{segment(holder_id)}/calendars"
        return cast(CalendarFeed, self._caller.create(path, idempotency_key=idempotency_key))

    def end(self, calendar_id: str) -> None:
        self._caller.act("DELETE", f"/v1/calendars/{segment(calendar_id)}")
