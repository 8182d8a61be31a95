"""One call of the provider, and what any call may meet: a bot check, a rate limit, a passing failure, a redirect."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, cast

from .._caller import seconds_of
from .._transport import Query, Transport
from ..problems import ConnectionFailed, UnexpectedAnswer
from .failures import InteractionRequired, ProviderUnavailable, RateLimited, UnexpectedResponse

_day = 86_400.0
# Where a rate limit does not say how long it lasts.
_minute = 60.0
_passing_tries = 3


@dataclass(frozen=True)
class Reply:
    """An answer below 500 that is no rate limit. ``body`` is None where there is none, or it is not JSON."""

    status: int
    body: object = field(repr=False)

    @property
    def error(self) -> str:
        """The provider's word for a refusal."""
        body = cast(Any, self.body)
        error: object = cast(dict[str, Any], body).get("error") if isinstance(body, dict) else None
        return error if isinstance(error, str) else ""


class Http:
    def __init__(
        self, transport: Transport, *, clock: Callable[[], float] = time.time, sleep: Callable[[float], None]
    ) -> None:
        self._transport = transport
        self._sleep = sleep
        self.clock = clock

    def once(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, str] | None = None,
    ) -> Reply:
        """Sends a call once. What is not a read gets a connection of its own, so that its loss is certain or none."""
        content = None if body is None else json.dumps(body).encode()
        given = {"accept": "application/json", **(headers or {})}
        if content is not None:
            given["content-type"] = "application/json"
        try:
            answer = self._transport.send(
                method, path, query=query, headers=given, body=content, repeatable=method == "GET"
            )
        except ConnectionFailed as error:
            raise ProviderUnavailable(str(error), answer_lost=error.sent) from None
        except UnexpectedAnswer as error:
            raise UnexpectedResponse(str(error)) from None
        if answer.headers.get("content-type", "").lower().startswith("text/html"):
            raise InteractionRequired(
                "the provider shows a page instead of an answer; open the app or its site and pass the check there"
            )
        if answer.status == 429:
            # A wait beyond a day is far more likely a fault than a wish.
            asked = seconds_of(answer.headers.get("retry-after"), self.clock())
            seconds = min(_minute if asked is None else asked, _day)
            raise RateLimited(datetime.fromtimestamp(self.clock(), timezone.utc) + timedelta(seconds=seconds))
        if answer.status >= 500:
            raise ProviderUnavailable(f"the provider answered {answer.status}", answer_lost=False)
        try:
            parsed: object = json.loads(answer.body)
        except (ValueError, RecursionError):
            parsed = None
        return Reply(answer.status, parsed)

    def patiently(self, method: str, path: str, **call: Any) -> Reply:
        """Sends a call that may be repeated without harm, and waits out passing failures three times."""
        for tries in range(_passing_tries):
            try:
                return self.once(method, path, **call)
            except ProviderUnavailable:
                self._sleep(0.5 * 2**tries)
        return self.once(method, path, **call)
