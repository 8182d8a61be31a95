"""The normalized interface: a method per call, grouped as the interface is."""

import ssl
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self, cast

from ._caller import Caller
from ._transport import Transport
from .groups._pages import pages
from .groups.accounts import Accounts, Holders
from .groups.connections import Connections, LinkSessions
from .groups.consents import AccessLog, Consents
from .groups.feed import Calendars, Changes, Events
from .groups.imports import Imports
from .groups.streams import Installments, Listing, Rows
from .groups.webhooks import WebhookDeliveries, WebhookEndpoints
from .models import (
    Balance,
    BalanceEntry,
    CardTransaction,
    Delivery,
    Discrepancy,
    ForecastWeek,
    Plan,
    Points,
    PointsEntry,
    Profile,
    Purchase,
)
from .version import version


class Client:
    """A client of one orchestrator, for any number of threads.

    ``retries`` is how often a read, or a creating call with its idempotency key, is repeated after a passing failure;
    a ``Retry-After`` of more than ``longest_wait`` seconds is raised instead of waited for.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        timeout: float = 30,
        retries: int = 3,
        longest_wait: float = 60,
        ssl_context: ssl.SSLContext | None = None,
        allow_plain_http: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = Transport(
            base_url,
            timeout=timeout,
            ssl_context=ssl_context,
            allow_plain_http=allow_plain_http,
            user_agent=f"paymirror-python/{version}",
        )
        caller = Caller(self._transport, api_key, retries=retries, longest_wait=longest_wait, sleep=sleep)
        self._caller = caller
        self.accounts = Accounts(caller)
        self.holders = Holders(caller)
        self.purchases: Rows[Purchase] = Rows(caller, "purchases")
        self.plans: Rows[Plan] = Rows(caller, "plans")
        self.installments = Installments(caller)
        self.card_transactions: Rows[CardTransaction] = Rows(caller, "card-transactions")
        self.balances: Listing[Balance] = Listing(caller, "balances")
        self.balance_entries: Rows[BalanceEntry] = Rows(caller, "balance-entries")
        self.points: Listing[Points] = Listing(caller, "points")
        self.points_entries: Rows[PointsEntry] = Rows(caller, "points-entries")
        self.deliveries: Rows[Delivery] = Rows(caller, "deliveries")
        self.profiles: Listing[Profile] = Listing(caller, "profiles")
        self.changes = Changes(caller)
        self.events = Events(caller)
        self.calendars = Calendars(caller)
        self.link_sessions = LinkSessions(caller)
        self.connections = Connections(caller)
        self.consents = Consents(caller)
        self.access_log = AccessLog(caller)
        self.imports = Imports(caller)
        self.webhook_endpoints = WebhookEndpoints(caller)
        self.webhook_deliveries = WebhookDeliveries(caller)

    def forecast(
        self, *, weeks: int | None = None, holder_id: str | None = None, account_id: str | None = None
    ) -> list[ForecastWeek]:
        """What is still to pay, by week and currency; nothing is summed across currencies."""
        query = {"weeks": weeks, "holderId": holder_id, "accountId": account_id}
        return cast(list[ForecastWeek], self._caller.read("/v1/forecast", query)["items"])

    def reconciliation(
        self, *, holder_id: str | None = None, account_id: str | None = None, limit: int | None = None
    ) -> Iterator[Discrepancy]:
        """What does not add up and has not been resolved."""
        query = {"holderId": holder_id, "accountId": account_id, "limit": limit}
        return pages(self._caller, "/v1/reconciliation", query)

    def health(self) -> None:
        """Returns where the process lives; raises where it does not answer."""
        self._caller.read("/health")

    def ready(self) -> None:
        """Returns where the server takes work; raises Unavailable where it does not."""
        self._caller.read("/ready")

    def close(self) -> None:
        """Lets go of the idle connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self._transport.origin!r})"
