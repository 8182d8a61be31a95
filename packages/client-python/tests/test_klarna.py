"""The session client against the simulated provider, over a real socket."""

import itertools
import json
import pickle
import socket
import threading
import time
import traceback
import unittest
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from paymirror import klarna
from paymirror.klarna import Grant, Klarna, Unreadable
from paymirror.klarna._session import Session
from paymirror.klarna._wire import Members, Misfit

from .double import Answer, Double
from .sandbox import control, fault, needed, url

numbers = itertools.count(1)
refresh = "/auth/v1/token/refresh"


class WithSandbox(unittest.TestCase):
    def setUp(self) -> None:
        control("faults/heal", {})
        control("session-mode", {"rotation": "strict", "graceSeconds": 60, "accessSeconds": 1800})
        control("ledger/clear", {})
        self.stored: list[Grant] = []
        self.waits: list[float] = []
        self.now = 1_780_000_000.0

    def grant(self, person: str = "alex") -> Grant:
        given = control(f"people/{person}/open-session", {})
        return Grant(given["refreshToken"], given["deviceId"])

    def connect(self, grant: Grant | None = None, **options: Any) -> Klarna:
        assert url is not None
        given: dict[str, Any] = {"on_grant": self.stored.append, **options}
        client = Klarna(url, grant or self.grant(), clock=lambda: self.now, sleep=self.waits.append, **given)
        self.addCleanup(client.close)
        return client

    def newcomer(self) -> str:
        name = f"person-{next(numbers)}-{time.monotonic_ns()}"[:40]
        control("people", {"id": name, "givenName": "Ivo", "familyName": "Example"})
        return name

    def calls(self, path: str) -> list[dict[str, Any]]:
        return [one for one in control("ledger")["entries"] if one["path"] == path]


@needed
class Reading(WithSandbox):
    def test_every_feed_is_walked_to_its_end_and_nothing_is_missed(self) -> None:
        client = self.connect(page_size=7)
        said = control("people/alex")
        counts = {
            "purchases": client.purchases(),
            "cardTransactions": client.card_transactions(),
            "balanceEntries": client.balance_entries(),
            "pointsEntries": client.cashback_entries(),
            "deliveries": client.deliveries(),
        }
        for name, feed in counts.items():
            with self.subTest(name):
                rows = list(feed)
                self.assertFalse([row for row in rows if isinstance(row, Unreadable)])
                self.assertEqual(len(rows), said[name])
                self.assertEqual(len({row.id for row in rows}), said[name])

    def test_the_ledgers_add_up_with_what_the_provider_states(self) -> None:
        client = self.connect()
        entries = [one for one in client.balance_entries() if isinstance(one, klarna.BalanceEntry)]
        booked = sum(one.amount.amount for one in entries if one.state == "booked")
        self.assertEqual(client.balance().amount, klarna.Money(booked, "USD"))
        points = [one for one in client.cashback_entries() if isinstance(one, klarna.CashbackEntry)]
        self.assertEqual(client.cashback().points, sum(one.points for one in points if one.state == "confirmed"))

    def test_a_purchase_has_its_plan_and_installments_to_the_cent(self) -> None:
        person = self.newcomer()
        client = self.connect(self.grant(person))
        control(f"people/{person}/shop", {"merchant": "Pebble Row", "amount": 4999, "plan": "pay_in_4", "fees": 200})
        [purchase] = [one for one in client.purchases() if isinstance(one, klarna.Purchase)]
        self.assertEqual((purchase.merchant, purchase.plan, purchase.amount.amount), ("Pebble Row", "pay_in_4", 4999))
        self.assertEqual([one.number for one in purchase.installments], [1, 2, 3, 4])
        self.assertEqual(sum(one.amount.amount for one in purchase.installments), 5199)
        due = [one.due for one in purchase.installments]
        self.assertEqual(due, [due[0] + timedelta(days=14 * n) for n in range(4)])

    def test_profile_is_read(self) -> None:
        profile = self.connect().profile()
        self.assertEqual(profile.given_name, "Alex")
        self.assertIsInstance(profile.member_since, date)

    def test_from_a_cursor_on_only_what_changed_is_read(self) -> None:
        person = self.newcomer()
        client = self.connect(self.grant(person))
        control(f"people/{person}/shop", {"merchant": "Pebble Row", "amount": 4999, "plan": "pay_in_4"})
        control(f"people/{person}/shop", {"merchant": "Moth Lantern", "amount": 1200, "plan": "pay_in_full"})
        pages = list(client.purchases().pages())
        self.assertEqual([len(page.rows) for page in pages], [2, 0])
        cursor = pages[-1].cursor
        self.assertEqual(list(client.purchases(updated_after=cursor)), [])
        [second] = [row.installments[1] for row in pages[0].rows if isinstance(row, klarna.Purchase) and row.installments[1:]]
        control("advance", {"to": f"{second.due}T09:00:00Z"})
        [changed] = client.purchases(updated_after=cursor)
        assert isinstance(changed, klarna.Purchase)
        self.assertEqual([one.state for one in changed.installments], ["paid", "due", "scheduled", "scheduled"])

    def test_a_cursor_that_expired_begins_the_feed_again_once(self) -> None:
        client = self.connect(page_size=200)
        *_, last = client.deliveries().pages()
        control("expire-cursors", {})
        self.assertEqual(len(list(client.deliveries(updated_after=last.cursor))), control("people/alex")["deliveries"])
        fault("fail", status=410, error="cursor_expired", path="/consumer/v2/deliveries", times="always")
        with self.assertRaises(klarna.UnexpectedResponse):
            list(client.deliveries(updated_after=last.cursor))

    def test_pages_that_overlap_lose_nothing(self) -> None:
        client = self.connect(page_size=5)
        fault("shifting-pages", rows=2, path="/consumer/v2/purchases", skip=1)
        ids = [row.id for row in client.purchases()]
        self.assertEqual(len(set(ids)), control("people/alex")["purchases"])
        self.assertGreater(len(ids), len(set(ids)))


@needed
class Drift(WithSandbox):
    def test_members_nobody_knows_pass_and_are_kept(self) -> None:
        fault("drift", change="extra-fields", path="/consumer/v2/purchases", times="always")
        rows = list(self.connect().purchases())
        self.assertEqual([row for row in rows if isinstance(row, Unreadable)], [])
        first = rows[0]
        assert isinstance(first, klarna.Purchase)
        self.assertEqual(first.raw["x_experiment"]["bucket"], "b")

    def test_words_nobody_knows_pass(self) -> None:
        fault("drift", change="unknown-value", path="/consumer/v2/purchases")
        fault("drift", change="unknown-value", field="installments", path="/consumer/v2/purchases")
        client = self.connect()
        first, second = next(iter(client.purchases())), next(iter(client.purchases()))
        assert isinstance(first, klarna.Purchase) and isinstance(second, klarna.Purchase)
        self.assertEqual(first.status, "in_transition")
        self.assertEqual(second.installments[0].state, "in_transition")

    def test_a_row_that_cannot_be_read_is_given_with_its_reason_and_the_walk_goes_on(self) -> None:
        for change, field in [("malformed-row", "updated_at"), ("missing-field", "amount_minor")]:
            with self.subTest(change):
                fault("drift", change=change, field=field, row=1, path="/consumer/v2/purchases")
                rows = list(self.connect(page_size=200).purchases())
                self.assertEqual(len(rows), control("people/alex")["purchases"])
                [(place, spoilt)] = [(n, row) for n, row in enumerate(rows) if isinstance(row, Unreadable)]
                self.assertEqual((place, spoilt.reason), (1, f"cannot be read at {field}"))
                self.assertTrue(spoilt.id and spoilt.raw)

    def test_an_answer_that_is_no_list_is_no_empty_list(self) -> None:
        fault("drift", change="missing-rows", path="/consumer/v2/purchases")
        with self.assertRaises(klarna.UnexpectedResponse):
            list(self.connect().purchases())

    def test_a_statement_that_cannot_be_read_is_told_by_the_name_of_the_member(self) -> None:
        fault("drift", change="missing-field", field="currency", path="/consumer/v2/balance")
        with self.assertRaisesRegex(klarna.UnexpectedResponse, r"balance\.currency"):
            self.connect().balance()


@needed
class Failures(WithSandbox):
    def test_passing_failures_are_waited_out_three_times(self) -> None:
        fault("drop", path="/consumer/v2/profile", times=2)
        fault("fail", status=503, path="/consumer/v2/profile", times=2)
        client = self.connect()
        client.profile()
        self.assertEqual(self.waits, [0.5, 1, 2])
        fault("fail", status=503, path="/consumer/v2/profile", times=4)
        with self.assertRaises(klarna.ProviderUnavailable):
            client.profile()

    def test_a_rate_limit_carries_its_end_and_is_not_waited_out(self) -> None:
        fault("throttle", retryAfter=90)
        with self.assertRaises(klarna.RateLimited) as caught:
            self.connect().profile()
        self.assertEqual(caught.exception.until, datetime.fromtimestamp(self.now + 90, timezone.utc))
        fault("fail", status=429)
        with self.assertRaises(klarna.RateLimited) as caught:
            self.connect().profile()
        self.assertEqual(caught.exception.until, datetime.fromtimestamp(self.now + 60, timezone.utc))
        self.assertEqual(self.waits, [])

    def test_a_bot_check_is_left_to_the_person(self) -> None:
        client = self.connect()
        client.profile()
        for status in (200, 403, 503):
            fault("bot-page", status=status)
            with self.subTest(status), self.assertRaises(klarna.InteractionRequired):
                client.profile()
        self.assertEqual(len(self.calls("/consumer/v2/profile")), 4)

    def test_half_an_answer_is_no_answer(self) -> None:
        client = self.connect()
        for kind in ("truncate", "empty-body"):
            fault(kind, path="/consumer/v2/purchases")
            with self.subTest(kind), self.assertRaises(klarna.UnexpectedResponse):
                list(client.purchases())


@needed
class Sessions(WithSandbox):
    def test_the_access_token_is_used_until_ten_seconds_before_its_end(self) -> None:
        client = self.connect()
        client.profile()
        self.now += 1789
        client.profile()
        self.assertEqual(len(self.calls(refresh)), 1)
        self.now += 1
        client.profile()
        self.assertEqual(len(self.calls(refresh)), 2)
        self.assertEqual(len(self.stored), 2)

    def test_a_stored_grant_goes_on_without_a_renewal(self) -> None:
        self.connect().profile()
        self.connect(self.stored[-1]).profile()
        self.assertEqual(len(self.calls(refresh)), 1)

    def test_a_refused_token_is_renewed_once_and_the_read_repeated(self) -> None:
        client = self.connect()
        client.profile()
        control("expire-access", {})
        client.profile()
        self.assertEqual([one["status"] for one in self.calls("/consumer/v2/profile")], [200, 401, 200])
        fault("fail", status=401, error="token_expired", path="/consumer/v2/profile", times=2)
        with self.assertRaises(klarna.ConsentRequired):
            client.profile()

    def test_one_of_any_number_of_threads_renews_and_all_read(self) -> None:
        for rotation in ("strict", "rotate-with-grace"):
            control("session-mode", {"rotation": rotation})
            control("ledger/clear", {})
            client = self.connect()
            read: list[str] = []
            start = threading.Barrier(40)

            def reader() -> None:
                start.wait()
                read.append(client.profile().id)

            threads = [threading.Thread(target=reader) for _ in range(40)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual((len(read), len(self.calls(refresh))), (40, 1), rotation)

    def test_the_rotated_grant_is_stored_before_it_is_used(self) -> None:
        seen: list[int] = []

        def store(_: Grant) -> None:
            seen.append(len(self.calls("/consumer/v2/profile")))

        self.connect(on_grant=store).profile()
        self.assertEqual(seen, [0])

    def test_where_it_cannot_be_stored_nothing_is_read_and_it_is_stored_by_the_next_call(self) -> None:
        def store(grant: Grant) -> None:
            if not refused:
                refused.append(grant)
                raise OSError("the vault is closed")
            self.stored.append(grant)

        refused: list[Grant] = []
        client = self.connect(on_grant=store)
        with self.assertRaises(OSError):
            client.profile()
        self.assertEqual(self.calls("/consumer/v2/profile"), [])
        client.profile()
        self.assertEqual((self.stored, len(self.calls(refresh))), (refused, 1))

    def test_a_lost_answer_is_asked_for_exactly_once_more(self) -> None:
        for rotation, outcome in [("none", "read"), ("rotate-with-grace", "read"), ("strict", "over"), ("rotate", "over")]:
            control("session-mode", {"rotation": rotation})
            client = self.connect()
            control("ledger/clear", {})
            fault("lost-answer", path=refresh)
            with self.subTest(rotation):
                try:
                    client.profile()
                    found = "read"
                except klarna.ConsentRequired:
                    found = "over"
                    with self.assertRaises(klarna.ConsentRequired):
                        client.profile()
                self.assertEqual((found, len(self.calls(refresh))), (outcome, 2))

    def test_after_two_lost_answers_the_session_is_over_and_nothing_more_is_sent(self) -> None:
        for rotation, second in [("none", "lost-answer"), ("none", "truncate"), ("strict", "truncate")]:
            control("session-mode", {"rotation": rotation})
            client = self.connect()
            # A connection that is kept: a renewal does not go over it, or its loss could be repeated unseen.
            client.profile()
            self.now += 1800
            control("ledger/clear", {})
            fault("lost-answer", path=refresh)
            fault(second, path=refresh)
            for _ in range(3):
                with self.assertRaises(klarna.ConsentRequired):
                    client.profile()
            self.assertEqual(len(control("ledger")["entries"]), 2, second)

    def test_a_refusal_that_passes_leaves_the_session_as_it_is(self) -> None:
        client = self.connect()
        fault("fail", status=503, path=refresh)
        fault("throttle", retryAfter=5, path=refresh)
        fault("bot-page", path=refresh)
        fault("fail", status=400, error="upgrade_required", path=refresh, times=2)
        kinds = (klarna.ProviderUnavailable, klarna.RateLimited, klarna.InteractionRequired, klarna.UnexpectedResponse)
        for kind in (*kinds, klarna.UnexpectedResponse):
            with self.assertRaises(kind):
                client.profile()
        client.profile()

    def test_a_session_that_was_ended_at_the_provider_asks_for_consent(self) -> None:
        person = self.newcomer()
        for how in ("revoke-session", "expire-refresh"):
            client = self.connect(self.grant(person))
            client.profile()
            control(f"people/{person}/{how}", {})
            control(f"people/{person}/expire-access", {})
            with self.subTest(how), self.assertRaises(klarna.ConsentRequired):
                client.profile()

    def test_revoking_ends_it_at_the_provider_and_here(self) -> None:
        client = self.connect()
        client.profile()
        client.revoke()
        client.revoke()
        with self.assertRaises(klarna.ConsentRequired):
            client.profile()
        with self.assertRaises(klarna.ConsentRequired):
            self.connect(self.stored[-1]).profile()
        self.assertEqual(len(self.calls("/auth/v1/token/revoke")), 1)

    def test_it_only_reads(self) -> None:
        client = self.connect()
        for feed in (client.purchases(), client.card_transactions(), client.balance_entries(), client.deliveries()):
            list(feed)
        client.revoke()
        sent = {(one["method"], one["path"]) for one in control("ledger")["entries"]}
        written = {path for method, path in sent if method != "GET"}
        self.assertEqual(written, {refresh, "/auth/v1/token/revoke"})

    def test_tokens_are_in_no_text_and_no_error(self) -> None:
        client = self.connect()
        client.profile()
        texts = [repr(client), repr(self.stored[-1]), str(vars(client))]
        for kind, more in [("truncate", {}), ("drop", {}), ("bot-page", {}), ("throttle", {"retryAfter": 1})]:
            fault(kind, times="always", **more)
            try:
                client.profile()
            except klarna.KlarnaError as error:
                texts.append("".join(traceback.format_exception(error)))
            control("faults/heal", {})
        self.assertEqual(len(texts), 7)
        held = self.stored[-1]
        for text in texts:
            for secret in (held.refresh_token, held.device_id, held.access_token or ""):
                self.assertNotIn(secret, text)
        with self.assertRaises(TypeError):
            pickle.dumps(client)


class Renewals(unittest.TestCase):
    """What no provider does on demand."""

    def test_a_thread_that_is_stopped_in_a_renewal_leaves_a_lost_answer_behind(self) -> None:
        stored: list[Grant] = []
        grant = Grant("one", "device")
        session = Session(grant, stored.append)
        sent: list[str] = []

        def stopped(held: Grant) -> Grant:
            sent.append(held.refresh_token)
            raise KeyboardInterrupt

        def answered(held: Grant) -> Grant:
            sent.append(held.refresh_token)
            return replace(held, refresh_token="two", access_token="a")

        with self.assertRaises(KeyboardInterrupt):
            session.renew(grant, stopped)
        self.assertEqual(session.renew(grant, answered).refresh_token, "two")
        self.assertEqual((sent, [one.refresh_token for one in stored]), (["one", "one"], ["two"]))

    def test_who_found_the_same_grant_stale_gets_the_one_that_took_its_place(self) -> None:
        grant = Grant("one", "device")
        session = Session(grant, self.stored.append)
        renewed = session.renew(grant, lambda held: replace(held, refresh_token="two"))
        self.assertIs(session.renew(grant, lambda _: self.fail("exchanged again")), renewed)
        self.assertEqual(self.stored, [renewed])

    def test_a_provider_that_is_not_there_has_taken_nothing(self) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
        client = Klarna(f"http://127.0.0.1:{port}", Grant("r", "d"), on_grant=print, sleep=lambda _: None)
        for _ in range(4):
            with self.assertRaises(klarna.ProviderUnavailable) as caught:
                client.profile()
            self.assertFalse(caught.exception.answer_lost)

    def test_a_redirect_elsewhere_is_not_followed(self) -> None:
        here, elsewhere = Double(), Double()
        self.addCleanup(here.close)
        self.addCleanup(elsewhere.close)
        here.faults += [Answer(307, b"", {"location": elsewhere.url})]
        client = Klarna(here.url, Grant("r", "d", "a"), on_grant=print)
        self.addCleanup(client.close)
        with self.assertRaises(klarna.UnexpectedResponse):
            client.profile()
        self.assertEqual(elsewhere.requests, [])

    def answering(self, *answers: object) -> Klarna:
        double = Double()
        self.addCleanup(double.close)
        double.faults += [Answer(200, json.dumps(one).encode()) for one in answers]
        client = Klarna(double.url, Grant("r", "d"), on_grant=self.stored.append, clock=lambda: 1_780_000_000.0)
        self.addCleanup(client.close)
        return client

    def setUp(self) -> None:
        self.stored: list[Grant] = []

    def test_a_feed_that_goes_in_a_circle_is_incomplete_and_never_done(self) -> None:
        page = {"deliveries": [{"id": "d"}], "next_cursor": "same"}
        client = self.answering({"access_token": "a"}, *[page] * 9)
        taken = 0
        with self.assertRaisesRegex(klarna.UnexpectedResponse, "circle"):
            for _ in client.deliveries():
                taken += 1
        self.assertEqual(taken, 3)

    def test_the_end_of_a_token_is_what_the_provider_says_within_a_day(self) -> None:
        begin = datetime.fromtimestamp(1_780_000_000, timezone.utc)
        profile = {"profile": {"id": "p", "membership": None}}
        for said, end in [
            ({"expires_in": 60}, begin + timedelta(seconds=60)),
            ({"expires_in": 1e300}, begin + timedelta(days=1)),
            ({"expires_in": float("nan")}, None),
            ({"expires_in": None}, None),
            ({"expires_in": True}, None),
            ({}, None),
        ]:
            with self.subTest(said):
                self.answering({"access_token": "a", **said}, profile).profile()
                self.assertEqual(self.stored[-1].access_expires_at, end)
                self.assertEqual(self.stored[-1].refresh_token, "r")

    def test_a_token_that_cannot_be_sent_is_not_shown(self) -> None:
        client = self.answering(*[{"access_token": "cana\nry"}] * 2)
        with self.assertRaises(klarna.ConsentRequired) as caught:
            client.profile()
        self.assertNotIn("cana", "".join(traceback.format_exception(caught.exception)))

    def test_an_address_that_is_not_https_is_refused(self) -> None:
        with self.assertRaises(ValueError):
            Klarna("http://provider.example", Grant("r", "d"), on_grant=print)


class Members_(unittest.TestCase):
    """What is read of a member, and what is not."""

    def refused(self, read: Callable[[Members], object], *values: object) -> None:
        for value in values:
            with self.subTest(value), self.assertRaises(Misfit):
                read(Members({"x": value}))

    def test_amounts_are_whole_and_exact(self) -> None:
        for value in (0, -1, 2**53 + 1, 2**63 - 1):
            self.assertEqual(Members(json.loads(json.dumps({"x": value}))).whole("x"), value)
        self.refused(lambda row: row.whole("x"), 1.5, "7", True, None, [], float("nan"), float("inf"))

    def test_a_day_is_a_day_of_the_calendar_in_one_spelling(self) -> None:
        self.assertEqual(Members({"x": "2028-02-29"}).day("x"), date(2028, 2, 29))
        self.refused(lambda row: row.day("x"), "2026-02-29", "2026-2-1", "20260201", "2026-W05-1", "٢٠٢٦-٠٢-٠١", 20260201)

    def test_an_instant_is_utc(self) -> None:
        self.assertEqual(
            Members({"x": "2026-06-08T12:04:11.123456789Z"}).instant("x"),
            datetime(2026, 6, 8, 12, 4, 11, 123456, timezone.utc),
        )
        self.refused(
            lambda row: row.instant("x"), "2026-06-08T12:04:11", "2026-06-08T12:04:11+02:00", "2026-06-08T25:00:00Z", 0
        )

    def test_the_place_is_named_and_the_value_is_not(self) -> None:
        with self.assertRaises(Misfit) as caught:
            Members({"profile": {"id": 3}}).object("profile").text("id")
        self.assertEqual(str(caught.exception), "profile.id")
