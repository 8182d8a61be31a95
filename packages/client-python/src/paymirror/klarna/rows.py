"""The provider's rows, in its own words and signs, as docs/klarna-us-wire.md has them: illustrative, not confirmed.

Money is an integer of minor units beside its currency. Words (``status``, ``state``, ``kind``, ``plan``) are left open:
one that nobody knows passes. Members nobody knows are in ``raw``, which holds the row as it came.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Money:
    amount: int
    """In minor units of ``currency``."""
    currency: str


@dataclass(frozen=True)
class Item:
    name: str
    quantity: int
    amount: Money


@dataclass(frozen=True)
class Installment:
    number: int
    """From 1."""
    due: date
    amount: Money
    """What is asked for now, the late fee included."""
    state: str
    """scheduled, due, paid, late, paused or cancelled."""
    paid: Money | None
    paid_on: date | None
    pause_reason: str | None
    cancel_reason: str | None
    extended_from: date | None
    late_fee: Money | None


@dataclass(frozen=True)
class Purchase:
    id: str
    merchant: str
    amount: Money
    plan: str
    """pay_in_full, pay_in_4, pay_in_30, financing_6, financing_12, financing_18 or financing_24."""
    status: str | None
    """open, completed, refunded or cancelled."""
    purchased_at: datetime | None
    mcc: str | None
    order_reference: str | None
    items: tuple[Item, ...]
    refunded: Money | None
    fees: Money | None
    installments: tuple[Installment, ...]
    updated_at: datetime
    raw: Mapping[str, Any] = field(repr=False, compare=False)


@dataclass(frozen=True)
class CardTransaction:
    id: str
    card_id: str | None
    state: str
    """pending, settled, reversed or declined."""
    merchant: str | None
    mcc: str | None
    amount: Money
    """Positive for spending, negative for a refund: the other way round than in the orchestrator's rows."""
    authorized_at: datetime
    settled_on: date | None
    original_amount: Money | None
    refund_of: str | None
    updated_at: datetime
    raw: Mapping[str, Any] = field(repr=False, compare=False)


@dataclass(frozen=True)
class BalanceEntry:
    id: str
    kind: str
    """top_up, refund, cashback, payment, withdrawal or adjustment."""
    state: str
    """pending or booked."""
    amount: Money
    """Signed from the holder's side."""
    description: str | None
    created_at: datetime
    booked_on: date | None
    balance_after: Money | None
    purchase_id: str | None
    points_entry_id: str | None
    updated_at: datetime
    raw: Mapping[str, Any] = field(repr=False, compare=False)


@dataclass(frozen=True)
class CashbackEntry:
    id: str
    kind: str
    """earned, redeemed, reversed or expired."""
    state: str
    """pending or confirmed."""
    points: int
    """Signed from the holder's side. Points are never added to money."""
    created_at: datetime
    expires_on: date | None
    purchase_id: str | None
    balance_entry_id: str | None
    updated_at: datetime
    raw: Mapping[str, Any] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Delivery:
    id: str
    purchase_id: str | None
    carrier: str
    tracking_number: str | None
    status: str
    """created, in_transit, out_for_delivery, delivered or exception."""
    window_from: date | None
    window_to: date | None
    updated_at: datetime
    raw: Mapping[str, Any] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Balance:
    amount: Money
    """The sum of the booked entries."""
    available: Money | None
    as_of: datetime
    raw: Mapping[str, Any] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Cashback:
    points: int
    """The sum of the confirmed entries."""
    pending_points: int | None
    as_of: datetime
    raw: Mapping[str, Any] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Profile:
    id: str
    given_name: str | None
    family_name: str | None
    email: str | None
    phone: str | None
    tier: str | None
    member_since: date | None
    updated_at: datetime | None
    raw: Mapping[str, Any] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Unreadable:
    """A row that cannot be read. ``reason`` names members and never what they hold."""

    id: str | None
    reason: str
    raw: Any = field(repr=False)
