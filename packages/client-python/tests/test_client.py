"""The client against the description: every operation, what is repeated, how refusals look, and that the key stays secret."""

import io
import logging
import os
import pickle
import socket
import threading
import traceback
import unittest
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

import paymirror
from paymirror import problems

from . import double as doubles
from .double import Answer, Double, answer, description, problem

bank = os.environ.get("PAYMIRROR_BANK_URL")


class WithDouble(unittest.TestCase):
    def setUp(self) -> None:
        self.double = Double()
        self.addCleanup(self.double.close)
        self.waits: list[float] = []
        self.client = self.connect()

    def connect(self, **options: Any) -> paymirror.Client:
        client = paymirror.Client(self.double.url, doubles.key, sleep=self.waits.append, **options)
        self.addCleanup(client.close)
        return client

    @property
    def asked(self) -> list[str]:
        return [one.operation for one in self.double.requests]


class Operations(WithDouble):
    def calls(self) -> dict[str, Callable[[], Any]]:
        """Each operation of the description, called with everything its method takes."""
        c = self.client
        whose: dict[str, Any] = {"holder_id": "h1", "account_id": "a1", "limit": 2}
        return {
            "accounts.listAccounts": lambda: list(c.accounts.list(holder_id="h1", limit=2)),
            "accounts.getAccount": lambda: c.accounts.get("a1"),
            "holders.listHolders": lambda: list(c.holders.list(reference="user-1138", limit=2)),
            "holders.createHolder": lambda: c.holders.create("user-1138"),
            "holders.getHolder": lambda: c.holders.get("h1"),
            "holders.exportHolder": lambda: c.holders.export("h1"),
            "holders.eraseHolder": lambda: c.holders.erase("h1"),
            "streams.listPurchases": lambda: list(c.purchases.list(**whose)),
            "streams.getPurchase": lambda: c.purchases.get("a1", "p/1 ü"),
            "streams.listPlans": lambda: list(c.plans.list(**whose)),
            "streams.getPlan": lambda: c.plans.get("a1", "p1:plan"),
            "streams.listInstallments": lambda: list(
                c.installments.list(due_from=date(2026, 6, 1), due_to="2026-06-30", state="due", **whose)
            ),
            "streams.listCardTransactions": lambda: list(c.card_transactions.list(**whose)),
            "streams.getCardTransaction": lambda: c.card_transactions.get("a1", "t1"),
            "streams.listBalances": lambda: list(c.balances.list(**whose)),
            "streams.listBalanceEntries": lambda: list(c.balance_entries.list(**whose)),
            "streams.getBalanceEntry": lambda: c.balance_entries.get("a1", "e1"),
            "streams.listPoints": lambda: list(c.points.list(**whose)),
            "streams.listPointsEntries": lambda: list(c.points_entries.list(**whose)),
            "streams.getPointsEntry": lambda: c.points_entries.get("a1", "e1"),
            "streams.listDeliveries": lambda: list(c.deliveries.list(**whose)),
            "streams.getDelivery": lambda: c.deliveries.get("a1", "d1"),
            "streams.listProfiles": lambda: list(c.profiles.list(**whose)),
            "feed.listChanges": lambda: list(c.changes.follow("page one", stream="plans", **whose)),
            "feed.streamEvents": lambda: next(c.events.stream(after="evt_1_0", holder_id="h1", account_id="a1")),
            "feed.forecast": lambda: c.forecast(weeks=8, holder_id="h1", account_id="a1"),
            "feed.reconciliation": lambda: list(c.reconciliation(**whose)),
            "calendars.createCalendar": lambda: c.calendars.create("h1"),
            "calendars.endCalendar": lambda: c.calendars.end("c1"),
            "linkSessions.createLinkSession": lambda: c.link_sessions.create(
                "h1",
                "psd2",
                institution="klarna-de",
                streams=["balance"],
                purpose="budget",
                days=90,
                attended_only=True,
                return_url="https://shop.example/back",
                base_url="https://provider.example",
                bank={"name": "Nordea", "market": "FI"},
                presence={"ipAddress": "192.0.2.7", "userAgent": "Example/1"},
            ),
            "linkSessions.getLinkSession": lambda: c.link_sessions.get("l1"),
            "linkSessions.answerLinkSession": lambda: c.link_sessions.answer("l1", {"type": "agree"}),
            "linkSessions.cancelLinkSession": lambda: c.link_sessions.cancel("l1"),
            "connections.listConnections": lambda: list(c.connections.list(holder_id="h1", limit=2)),
            "connections.getConnection": lambda: c.connections.get("c1"),
            "connections.syncConnection": lambda: c.connections.sync(
                "c1", streams=["plans"], presence={"ipAddress": "192.0.2.7"}
            ),
            "consents.listConsents": lambda: list(c.consents.list(holder_id="h1", limit=2)),
            "consents.getConsent": lambda: c.consents.get("c1"),
            "consents.getConsentRecord": lambda: c.consents.record("c1"),
            "consents.withdrawConsent": lambda: c.consents.withdraw("c1"),
            "consents.reconfirmConsent": lambda: c.consents.reconfirm("c1"),
            "audit.listAccessLog": lambda: list(c.access_log.list(holder_id="h1", limit=2)),
            "imports.createImport": lambda: c.imports.create(
                "h1", io.BytesIO(b"a;b\n"), account_id="a1", date_order="DMY", market="DE"
            ),
            "webhooks.listWebhookEndpoints": lambda: list(c.webhook_endpoints.list(limit=2)),
            "webhooks.createWebhookEndpoint": lambda: c.webhook_endpoints.create(
                "https://shop.example/hooks", event_types=["installment.due"]
            ),
            "webhooks.getWebhookEndpoint": lambda: c.webhook_endpoints.get("w1"),
            "webhooks.updateWebhookEndpoint": lambda: c.webhook_endpoints.update(
                "w1", url="https://shop.example/other", event_types="all", status="enabled"
            ),
            "webhooks.deleteWebhookEndpoint": lambda: c.webhook_endpoints.delete("w1"),
            "webhooks.rotateWebhookSecret": lambda: c.webhook_endpoints.rotate_secret("w1", overlap_hours=1),
            "webhooks.replayWebhooks": lambda: c.webhook_endpoints.replay(
                "w1", since=datetime(2026, 6, 1, tzinfo=timezone.utc), until="2026-06-02T00:00:00.000Z"
            ),
            "webhooks.listWebhookDeliveries": lambda: list(
                c.webhook_deliveries.list(webhook_endpoint_id="w1", status="failed", limit=2)
            ),
            "system.health": lambda: c.health(),
            "system.ready": lambda: c.ready(),
        }

    def test_every_operation_has_a_method_that_sends_what_the_description_says(self) -> None:
        def stream(_: doubles.Request, send: Callable[[bytes], None]) -> None:
            schema = description.document["paths"]["/v1/events"]["get"]["responses"]["200"]["content"]
            event = description.sample(schema["text/event-stream"]["schema"]["properties"]["data"]["contentSchema"])
            send(f"id: evt_2_0\ndata: {doubles.json.dumps(event)}\n\n".encode())

        self.double.stream = stream
        known = {one[2] for one in doubles.operations}
        # Figures for Prometheus, which reads them itself.
        self.assertEqual(set(self.calls()), known - {"system.metrics"})
        for operation, call in self.calls().items():
            with self.subTest(operation):
                self.double.requests.clear()
                call()
                self.assertEqual(set(self.asked), {operation})

    def test_every_option_of_a_list_is_sent(self) -> None:
        for operation, call in self.calls().items():
            parameters = next(one[3].get("parameters", []) for one in doubles.operations if one[2] == operation)
            with self.subTest(operation):
                self.double.stream = lambda _, send: send(b'id: 1\ndata: {"type":"","timestamp":"","data":{}}\n\n')
                self.double.requests.clear()
                call()
                sent = {name for one in self.double.requests for name in (*one.query, *one.headers)}
                named = {one["name"] for one in parameters if one["in"] != "path"}
                self.assertLessEqual(named, sent)

    def test_every_member_of_a_body_is_sent(self) -> None:
        for operation, call in self.calls().items():
            described = next(one[3] for one in doubles.operations if one[2] == operation)
            content = described.get("requestBody", {}).get("content", {})
            known = content.get("application/json", {}).get("schema", {}).get("properties", {})
            if known:
                with self.subTest(operation):
                    self.double.requests.clear()
                    call()
                    self.assertEqual(set(doubles.json.loads(self.double.requests[0].body)), set(known))

    def test_a_list_follows_its_cursor_to_the_end(self) -> None:
        self.assertEqual(len(list(self.client.purchases.list(limit=2))), 2)
        self.assertEqual([one.query.get("cursor") for one in self.double.requests], [None, "page two"])
        self.assertEqual([one.query["limit"] for one in self.double.requests], ["2", "2"])

    def test_a_page_is_asked_for_when_the_one_before_has_been_taken(self) -> None:
        rows = self.client.plans.list()
        next(rows)
        self.assertEqual(len(self.double.requests), 1)

    def test_ids_are_one_part_of_the_path_whatever_is_in_them(self) -> None:
        self.client.purchases.get("a?1", "p/1#ü")
        self.assertEqual(self.double.requests[0].path, "/v1/accounts/a?1/purchases/p/1#ü")
        with self.assertRaises(ValueError):
            self.client.accounts.get("..")

    def test_members_and_words_of_a_newer_server_pass(self) -> None:
        sample = description.sample({"$ref": "#/components/schemas/Account"})
        newer = {**sample, "status": "HIBERNATING", "mood": {"since": 3}}
        self.double.faults.append(answer(newer))
        self.assertEqual(self.client.accounts.get("a1"), newer)

    def test_following_changes_ends_caught_up_or_looks_again_after_a_while(self) -> None:
        pages = list(self.client.changes.follow())
        self.assertEqual([page["nextCursor"] for page in pages], ["page two", "page three"])
        caught_up = {"items": [], "nextCursor": "page three", "hasMore": False}
        self.double.faults += [answer(caught_up), answer(caught_up)]
        follow = self.client.changes.follow("page three", every=5)
        # Nothing new twice; then the double tells the first page again.
        self.assertEqual(next(follow)["nextCursor"], "page two")
        self.assertEqual(self.waits, [5, 5])

    def test_an_instant_is_sent_in_utc_to_the_millisecond(self) -> None:
        at = datetime(2026, 6, 1, 2, 0, 0, 123456, timezone(timedelta(hours=2)))
        self.client.webhook_endpoints.replay("w1", since=at, until=at)
        self.assertIn(b'"from": "2026-06-01T00:00:00.123Z"', self.double.requests[0].body)
        with self.assertRaises(ValueError):
            self.client.webhook_endpoints.replay("w1", since=datetime(2026, 6, 1), until=at)

    def test_a_link_session_is_waited_for(self) -> None:
        sample = description.sample({"$ref": "#/components/schemas/LinkSession"})
        approve = {"type": "approve", "message": "Open the app", "pollAfterSeconds": 4}
        self.double.faults += [
            answer({**sample, "status": "open", "step": {"type": "redirect", "url": "https://bank.example"}}),
            answer({**sample, "status": "open", "step": approve}),
            answer({**sample, "status": "linked"}),
        ]
        self.assertEqual(self.client.link_sessions.wait("l1", every=3)["status"], "linked")
        self.assertEqual(self.waits, [3, 4])
        self.assertEqual(self.asked, ["linkSessions.getLinkSession"] * 2 + ["linkSessions.answerLinkSession"])
        self.double.faults += [answer({**sample, "status": "open"})]
        with self.assertRaises(TimeoutError):
            self.client.link_sessions.wait("l1", timeout=1, every=3)


class Repeating(WithDouble):
    def test_a_read_waits_as_long_as_the_server_says_and_is_asked_again(self) -> None:
        self.double.faults += [problem(429, "urn:paymirror:problem:rate-limit", 7), problem(503, "about:blank", 2)]
        self.client.accounts.get("a1")
        self.assertEqual(self.waits, [7, 2])

    def test_a_read_is_asked_again_a_bounded_number_of_times(self) -> None:
        self.double.faults += [problem(429, "urn:paymirror:problem:rate-limit", 1) for _ in range(9)]
        with self.assertRaises(paymirror.TooManyRequests) as caught:
            self.client.accounts.get("a1")
        self.assertEqual(len(self.double.requests), 4)
        self.assertEqual(caught.exception.retry_after, 1)

    def test_a_wait_that_is_too_long_is_for_the_caller(self) -> None:
        self.double.faults += [problem(429, "urn:paymirror:problem:rate-limit", 3600)]
        with self.assertRaises(paymirror.TooManyRequests) as caught:
            self.client.accounts.get("a1")
        self.assertEqual((self.waits, caught.exception.retry_after), ([], 3600))

    def test_a_creating_call_repeats_with_one_key(self) -> None:
        self.double.faults += [Answer(0, lost=True), problem(409, "urn:paymirror:problem:idempotency-key-in-use")]
        self.client.holders.create("user-1138")
        keys = {one.headers["idempotency-key"] for one in self.double.requests}
        self.assertEqual((len(self.double.requests), len(keys)), (3, 1))

    def test_each_creating_call_has_a_key_of_its_own_and_tells_it_where_it_fails(self) -> None:
        self.client.holders.create("user-1138")
        self.double.faults += [Answer(0, lost=True) for _ in range(4)]
        with self.assertRaises(paymirror.ConnectionFailed) as caught:
            self.connect().holders.create("user-1138")
        key = caught.exception.idempotency_key
        self.client.holders.create("user-1138", idempotency_key=key)
        keys = [one.headers["idempotency-key"] for one in self.double.requests]
        self.assertEqual(keys, [keys[0]] + [key] * 5)
        self.assertNotEqual(keys[0], key)
        self.assertRegex(keys[0], "^[0-9a-f-]{36}$")

    def test_what_the_host_lacks_is_told_at_once(self) -> None:
        self.double.faults += [problem(503, "urn:paymirror:problem:unavailable")]
        with self.assertRaises(paymirror.Unavailable):
            self.client.link_sessions.create("h1", "psd2")
        self.assertEqual(len(self.double.requests), 1)

    def test_any_other_call_is_sent_once(self) -> None:
        self.double.faults += [Answer(0, lost=True)]
        with self.assertRaises(paymirror.ConnectionFailed) as caught:
            self.client.connections.sync("c1")
        self.assertEqual((len(self.double.requests), caught.exception.sent), (1, True))

    def test_a_server_that_is_not_there_is_told_from_an_answer_that_was_lost(self) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
        client = paymirror.Client(f"http://127.0.0.1:{port}", doubles.key, sleep=self.waits.append)
        with self.assertRaises(paymirror.ConnectionFailed) as caught:
            client.health()
        self.assertFalse(caught.exception.sent)
        self.assertEqual(len(self.waits), 3)

    def test_a_server_that_says_nothing_is_given_up_on(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            client = paymirror.Client(
                f"http://127.0.0.1:{silent.getsockname()[1]}", doubles.key, timeout=0.05, retries=0
            )
            with self.assertRaises(paymirror.ConnectionFailed) as caught:
                client.health()
        self.assertTrue(caught.exception.sent)


class Connections(WithDouble):
    def test_connections_are_kept_and_shared_by_threads(self) -> None:
        for _ in range(5):
            self.client.accounts.get("a1")
        self.assertEqual(len({one.peer for one in self.double.requests}), 1)
        threads = [threading.Thread(target=self.client.accounts.get, args=("a1",)) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(self.double.requests), 25)

    def test_a_connection_the_server_let_go_is_not_noticed(self) -> None:
        self.double.faults += [Answer(200, b"{}", {"content-type": "application/json", "connection": "close"})]
        self.client.accounts.get("a1")
        self.client.accounts.get("a1")
        self.assertEqual((len({one.peer for one in self.double.requests}), self.waits), (2, []))

    def test_what_is_said_on_an_idle_connection_is_no_answer_to_the_next_call(self) -> None:
        good = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
        stray = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n"
        told = threading.Event()
        with socket.create_server(("127.0.0.1", 0)) as listening:

            def serve() -> None:
                for parting in (stray, b""):
                    connection, _ = listening.accept()
                    with connection:
                        connection.recv(65_536)
                        connection.sendall(good)
                        # Long enough after the answer that it is not read with it.
                        told.wait(5)
                        connection.sendall(parting)
                        told.clear()
                        sent.set()

            sent = threading.Event()
            server = threading.Thread(target=serve)
            server.start()
            client = paymirror.Client(f"http://127.0.0.1:{listening.getsockname()[1]}", doubles.key)
            client.accounts.get("a1")
            told.set()
            sent.wait(5)
            self.assertEqual(client.accounts.get("a1"), {})
            told.set()
            server.join()
            client.close()

    def test_a_redirect_is_not_followed(self) -> None:
        elsewhere = Double()
        self.addCleanup(elsewhere.close)
        self.double.faults += [Answer(307, b"", {"location": f"{elsewhere.url}/v1/accounts/a1"})]
        with self.assertRaises(paymirror.UnexpectedAnswer):
            self.client.accounts.get("a1")
        self.assertEqual(elsewhere.requests, [])

    def test_an_answer_that_is_cut_off_is_no_answer(self) -> None:
        self.client = self.connect(retries=0)
        self.double.faults += [Answer(200, b'{"items": [', {"content-length": "99", "connection": "close"})]
        with self.assertRaises(paymirror.ConnectionFailed):
            list(self.client.accounts.list())

    def test_only_https_is_spoken_but_to_this_machine(self) -> None:
        for url in ["http://mirror.example", "ftp://mirror.example", "mirror.example", "https://me:pw@mirror.example"]:
            with self.subTest(url), self.assertRaises(ValueError) as caught:
                paymirror.Client(url, doubles.key)
            self.assertNotIn("pw", str(caught.exception))
        paymirror.Client("http://mirror.internal", doubles.key, allow_plain_http=True)


@unittest.skipUnless(bank, "PAYMIRROR_BANK_URL names no server whose certificate nobody here trusts")
class Certificates(unittest.TestCase):
    def test_a_server_nobody_trusts_is_not_talked_to(self) -> None:
        assert bank is not None
        client = paymirror.Client(bank, doubles.key, retries=0)
        with self.assertRaisesRegex(paymirror.ConnectionFailed, "certificate") as caught:
            client.health()
        self.assertFalse(caught.exception.sent)


class Refusals(WithDouble):
    def test_every_problem_of_the_description_has_a_class(self) -> None:
        for name, schema in description.document["components"]["schemas"].items():
            if not name.endswith("Problem"):
                continue
            [type] = schema["properties"]["type"]["enum"]
            [status] = schema["properties"]["status"]["enum"]
            with self.subTest(name):
                self.double.faults += [problem(status, type, scope="plans")]
                with self.assertRaises(paymirror.Problem) as caught:
                    self.client.consents.withdraw("c1")
                told = caught.exception
                self.assertEqual((told.type, told.status, told.detail), (type, status, "As the test wants it."))
                self.assertEqual(str(told), f"Refused ({status}): As the test wants it.")
                self.assertIsNot(told.__class__, paymirror.Problem)
                if type != "about:blank":
                    self.assertEqual(told.name, type.rpartition(":")[2])

    def test_the_scope_that_is_missing_is_told(self) -> None:
        self.double.faults += [problem(403, "urn:paymirror:problem:scope", scope="plans")]
        with self.assertRaises(paymirror.Forbidden) as caught:
            list(self.client.plans.list())
        self.assertEqual(caught.exception.scope, "plans")

    def test_a_problem_of_a_newer_server_is_caught_by_its_status(self) -> None:
        self.double.faults += [problem(409, "urn:paymirror:problem:eclipse"), problem(418, "urn:x"), problem(599, "urn:x")]
        for kind in (paymirror.Conflict, paymirror.Problem, paymirror.ServerError):
            with self.assertRaises(kind):
                self.client.consents.withdraw("c1")

    def test_a_page_of_a_proxy_is_told_by_its_status_alone(self) -> None:
        self.double.faults += [Answer(502, b"<html>secret</html>", {"content-type": "text/html"})]
        with self.assertRaises(paymirror.ServerError) as caught:
            self.client.consents.withdraw("c1")
        self.assertNotIn("secret", str(caught.exception) + repr(caught.exception.members))

    def test_what_is_not_json_is_not_quoted(self) -> None:
        self.double.faults += [Answer(200, b"Ada Example", {"content-type": "application/json"})]
        with self.assertRaises(paymirror.UnexpectedAnswer) as caught:
            self.client.accounts.get("a1")
        self.assertNotIn("Ada", "".join(traceback.format_exception(caught.exception)))

    def test_classes_say_which_type_they_stand_for(self) -> None:
        self.assertIs(problems.class_of(422, "urn:paymirror:problem:idempotency-key-reused"), paymirror.KeyReused)
        self.assertTrue(issubclass(paymirror.KeyReused, paymirror.Unprocessable))


class Secrets(WithDouble):
    def test_the_key_is_in_no_text_no_error_and_no_log(self) -> None:
        logged = io.StringIO()
        handler = logging.StreamHandler(logged)
        root = logging.getLogger()
        level = root.level
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        self.addCleanup(root.setLevel, level)
        self.addCleanup(root.removeHandler, handler)
        texts = [repr(self.client), str(self.client), repr(vars(self.client)), repr(vars(self.client._caller))]
        faults = [
            problem(401, "urn:paymirror:problem:unauthorized"),
            Answer(307, b"", {"location": "http://127.0.0.1:9"}),
            Answer(200, b"no json"),
            Answer(0, lost=True),
        ]
        for fault in faults:
            self.double.faults += [fault]
            try:
                self.client.consents.withdraw("c1")
            except paymirror.Error as error:
                texts += ["".join(traceback.format_exception(error)), repr(error), repr(vars(error))]
        self.assertEqual(len(texts), 4 + 3 * len(faults))
        for text in [*texts, logged.getvalue()]:
            self.assertNotIn("canary", text)

    def test_a_key_that_cannot_be_sent_is_refused_without_being_shown(self) -> None:
        for key in ["", "pmk_canary\n", "pmk canary", "pmk_cänary"]:
            with self.subTest(), self.assertRaises(ValueError) as caught:
                paymirror.Client("https://mirror.example", key)
            self.assertNotIn("nary", "".join(traceback.format_exception(caught.exception)))

    def test_a_client_is_not_pickled(self) -> None:
        with self.assertRaises(TypeError):
            pickle.dumps(self.client)
