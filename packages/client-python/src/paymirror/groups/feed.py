"""What happened and what will: the change feed, events as they happen, calendars, the forecast, what does not add up."""

import json
import time
from collections.abc import Iterator
from typing import TypedDict, cast

from .._caller import Caller
from .._sse import Parser
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
    ) -> Iterator[ChangePage]:
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
        idle_timeout: float = 120,
    ) -> Iterator[Received]:
        """Events as they happen, without an end: what breaks is taken up again after the last id.

        ``after`` is the id of the last event that was handled; without it the stream begins now. Where nothing at all
        is heard for ``idle_timeout`` seconds the connection is made anew. What the server refuses is raised.
        """
        query = {"holderId": holder_id, "accountId": account_id}
        failures = 0
        while True:
            parser = Parser()
            began = time.monotonic()
            try:
                headers = {"accept": "text/event-stream"}
                if after is not None:
                    headers["last-event-id"] = after
                stream = self._caller.open("/v1/events", query, headers, idle_timeout=idle_timeout)
                try:
                    while part := stream.read():
                        for message in parser.feed(part):
                            failures = 0
                            if message.event.startswith("effect/"):
                                raise ConnectionFailed("the server ended the stream", sent=True)
                            yield _received(message.id, message.data)
                            after = message.id or after
                        after = parser.last_id or after
                finally:
                    stream.close()
            except (ConnectionFailed, ServerError, TooManyRequests) as error:
                wait = getattr(error, "retry_after", None)
                if isinstance(wait, float):
                    self._caller.sleep(wait)
            if time.monotonic() - began > 60:
                failures = 0
            if parser.retry is not None and failures == 0:
                self._caller.sleep(parser.retry)
            else:
                self._caller.pause(failures)
            failures += 1


def _received(id: str | None, data: str) -> Received:
    try:
        document = json.loads(data)
    except ValueError:
        document = None
    if id is None:
        raise UnreadableEvent("an event came without an id")
    return Received(id, event_of(document))


class Calendars:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def create(self, holder_id: str, *, idempotency_key: str | None = None) -> CalendarFeed:
        """An address a calendar program can subscribe to. Whoever has it reads the due dates: it is a secret."""
        path = f"/v1/holders/{segment(holder_id)}/calendars"
        return cast(CalendarFeed, self._caller.create(path, idempotency_key=idempotency_key))

    def end(self, calendar_id: str) -> None:
        self._caller.act("DELETE", f"/v1/calendars/{segment(calendar_id)}")
