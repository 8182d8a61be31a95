"""A Klarna US session, read by its holder's consent. Illustrative: Klarna publishes no consumer API.

It follows the project's page docs/klarna-us-wire.md, and nobody has held it against a live account.
"""

from .client import Feed, Klarna, Page
from .failures import (
    ConsentRequired,
    InteractionRequired,
    KlarnaError,
    ProviderUnavailable,
    RateLimited,
    UnexpectedResponse,
)
from .grant import Grant
from .rows import (
    Balance,
    BalanceEntry,
    CardTransaction,
    Cashback,
    CashbackEntry,
    Delivery,
    Installment,
    Item,
    Money,
    Profile,
    Purchase,
    Unreadable,
)

__all__ = [
    "Balance",
    "BalanceEntry",
    "CardTransaction",
    "Cashback",
    "CashbackEntry",
    "ConsentRequired",
    "Delivery",
    "Feed",
    "Grant",
    "Installment",
    "InteractionRequired",
    "Item",
    "Klarna",
    "KlarnaError",
    "Money",
    "Page",
    "ProviderUnavailable",
    "Profile",
    "Purchase",
    "RateLimited",
    "Unreadable",
    "UnexpectedResponse",
]
