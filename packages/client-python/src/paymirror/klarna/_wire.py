"""From the provider's JSON to rows. Nothing is guessed: what is not as the wire page says makes a row unreadable."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timezone
from typing import Any, cast

from . import rows


class Misfit(Exception):
    """A member that cannot be read. Its text is a path of names."""


class Members:
    """The members of one JSON object, each read as what it has to be. ``?`` on the wire page: absent or null."""

    def __init__(self, value: Any, path: str = "") -> None:
        if not isinstance(value, dict):
            raise Misfit(path or "the whole of it")
        self.raw = cast(Mapping[str, Any], value)
        self._path = path

    def misfit(self, name: str) -> Misfit:
        return Misfit(f"{self._path}.{name}" if self._path else name)

    def text(self, name: str) -> str:
        value = self.raw.get(name)
        if isinstance(value, str):
            return value
        raise self.misfit(name)

    def id(self, name: str) -> str:
        return self.text(name) or self._missing(name)

    def whole(self, name: str) -> int:
        value = self.raw.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        # 1250.0 is the same number in JSON.
        if isinstance(value, float) and value.is_integer():
            return int(value)
        raise self.misfit(name)

    def instant(self, name: str) -> datetime:
        text = self.text(name)
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z", text):
            raise self.misfit(name)
        try:
            # Microseconds are as far as Python counts.
            return datetime.fromisoformat(re.sub(r"(\.[0-9]{6})[0-9]+Z", r"\1Z", text)).astimezone(timezone.utc)
        except ValueError:
            raise self.misfit(name) from None

    def day(self, name: str) -> date:
        text = self.text(name)
        try:
            if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise self.misfit(name)

    def money(self, name: str, currency: str) -> rows.Money:
        return rows.Money(self.whole(name), currency)

    def currency(self, name: str = "currency") -> str:
        text = self.text(name)
        if re.fullmatch("[A-Z]{3}", text):
            return text
        raise self.misfit(name)

    def has(self, name: str) -> bool:
        return self.raw.get(name) is not None

    def maybe_text(self, name: str) -> str | None:
        return self.text(name) if self.has(name) else None

    def maybe_whole(self, name: str) -> int | None:
        return self.whole(name) if self.has(name) else None

    def maybe_day(self, name: str) -> date | None:
        return self.day(name) if self.has(name) else None

    def maybe_instant(self, name: str) -> datetime | None:
        return self.instant(name) if self.has(name) else None

    def maybe_money(self, name: str, currency: str) -> rows.Money | None:
        return self.money(name, currency) if self.has(name) else None

    def object(self, name: str) -> "Members":
        return Members(self.raw.get(name), name if not self._path else f"{self._path}.{name}")

    def objects(self, name: str) -> list["Members"]:
        value = self.raw.get(name)
        if not isinstance(value, list):
            raise self.misfit(name)
        return [Members(one, name) for one in cast(list[Any], value)]

    def _missing(self, name: str) -> str:
        raise self.misfit(name)


def purchase(row: Members) -> rows.Purchase:
    currency = row.currency()
    return rows.Purchase(
        id=row.id("id"),
        merchant=row.text("merchant"),
        amount=row.money("amount_minor", currency),
        plan=row.text("plan"),
        status=row.maybe_text("status"),
        purchased_at=row.maybe_instant("purchased_at"),
        mcc=row.maybe_text("mcc"),
        order_reference=row.maybe_text("order_reference"),
        items=tuple(_item(one, currency) for one in (row.objects("items") if row.has("items") else [])),
        refunded=row.maybe_money("refunded_minor", currency),
        fees=row.maybe_money("fees_minor", currency),
        installments=tuple(
            _installment(one, place, currency) for place, one in enumerate(row.objects("installments"), 1)
        ),
        updated_at=row.instant("updated_at"),
        raw=row.raw,
    )


def _item(row: Members, currency: str) -> rows.Item:
    return rows.Item(row.text("name"), row.whole("quantity"), row.money("amount_minor", currency))


def _installment(row: Members, place: int, currency: str) -> rows.Installment:
    return rows.Installment(
        number=row.whole("number") if row.has("number") else place,
        due=row.day("due"),
        amount=row.money("amount_minor", currency),
        state=row.text("state"),
        paid=row.maybe_money("paid_minor", currency),
        paid_on=row.maybe_day("paid_on"),
        pause_reason=row.maybe_text("pause_reason"),
        cancel_reason=row.maybe_text("cancel_reason"),
        extended_from=row.maybe_day("extended_from"),
        late_fee=row.maybe_money("late_fee_minor", currency),
    )


def card_transaction(row: Members) -> rows.CardTransaction:
    currency = row.currency()
    return rows.CardTransaction(
        id=row.id("id"),
        card_id=row.maybe_text("card_id"),
        state=row.text("state"),
        merchant=row.maybe_text("merchant"),
        mcc=row.maybe_text("mcc"),
        amount=row.money("amount_minor", currency),
        authorized_at=row.instant("authorized_at"),
        settled_on=row.maybe_day("settled_on"),
        original_amount=row.money("original_amount_minor", row.currency("original_currency"))
        if row.has("original_amount_minor")
        else None,
        refund_of=row.maybe_text("refund_of"),
        updated_at=row.instant("updated_at"),
        raw=row.raw,
    )


def balance_entry(row: Members) -> rows.BalanceEntry:
    currency = row.currency()
    return rows.BalanceEntry(
        id=row.id("id"),
        kind=row.text("kind"),
        state=row.text("state"),
        amount=row.money("amount_minor", currency),
        description=row.maybe_text("description"),
        created_at=row.instant("created_at"),
        booked_on=row.maybe_day("booked_on"),
        balance_after=row.maybe_money("balance_after_minor", currency),
        purchase_id=row.maybe_text("purchase_id"),
        points_entry_id=row.maybe_text("points_entry_id"),
        updated_at=row.instant("updated_at"),
        raw=row.raw,
    )


def cashback_entry(row: Members) -> rows.CashbackEntry:
    return rows.CashbackEntry(
        id=row.id("id"),
        kind=row.text("kind"),
        state=row.text("state"),
        points=row.whole("points"),
        created_at=row.instant("created_at"),
        expires_on=row.maybe_day("expires_on"),
        purchase_id=row.maybe_text("purchase_id"),
        balance_entry_id=row.maybe_text("balance_entry_id"),
        updated_at=row.instant("updated_at"),
        raw=row.raw,
    )


def delivery(row: Members) -> rows.Delivery:
    return rows.Delivery(
        id=row.id("id"),
        purchase_id=row.maybe_text("purchase_id"),
        carrier=row.text("carrier"),
        tracking_number=row.maybe_text("tracking_number"),
        status=row.text("status"),
        window_from=row.maybe_day("window_from"),
        window_to=row.maybe_day("window_to"),
        updated_at=row.instant("updated_at"),
        raw=row.raw,
    )


def balance(body: Members) -> rows.Balance:
    row = body.object("balance")
    currency = row.currency()
    return rows.Balance(
        amount=row.money("amount_minor", currency),
        available=row.maybe_money("available_minor", currency),
        as_of=row.instant("as_of"),
        raw=row.raw,
    )


def cashback(body: Members) -> rows.Cashback:
    row = body.object("cashback")
    return rows.Cashback(
        points=row.whole("points"),
        pending_points=row.maybe_whole("pending_points"),
        as_of=row.instant("as_of"),
        raw=row.raw,
    )


def profile(body: Members) -> rows.Profile:
    row = body.object("profile")
    membership = row.object("membership") if row.has("membership") else None
    return rows.Profile(
        id=row.id("id"),
        given_name=row.maybe_text("given_name"),
        family_name=row.maybe_text("family_name"),
        email=row.maybe_text("email"),
        phone=row.maybe_text("phone"),
        tier=membership.maybe_text("tier") if membership else None,
        member_since=membership.maybe_day("since") if membership else None,
        updated_at=row.maybe_instant("updated_at"),
        raw=row.raw,
    )
