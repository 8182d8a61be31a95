"""A program written from the README alone: it links a person, reads the seven streams, hears of what falls due, and ends.

It runs against an orchestrator and a sandbox that are named in the environment; `test/python.test.ts` starts both.
"""

import json
import os
import threading
import time
import unittest
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer

import paymirror
from paymirror.models import LinkAnswer, LinkStep, RunReport
from paymirror.webhooks import Receiver

from . import sandbox

url = os.environ.get("PAYMIRROR_URL")
api_key = os.environ.get("PAYMIRROR_API_KEY")
hears_webhooks = os.environ.get("PAYMIRROR_WEBHOOKS_TO_THIS_MACHINE")


class Inbox:
    """A receiver of webhooks on this machine, as the README shows one."""

    def __init__(self) -> None:
        self.receiver: Receiver | None = None
        self.handled: dict[str, paymirror.Received] = {}
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: object) -> None:
                pass

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                assert inbox.receiver is not None
                try:
                    received = inbox.receiver.receive(body, self.headers)
                except paymirror.Error:
                    self.send_response(400)
                else:
                    inbox.handled[received.id] = received
                    self.send_response(204)
                self.send_header("content-length", "0")
                self.end_headers()

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Listener:
    """Reads the events of a stream on a thread of its own."""

    def __init__(self, events: Iterator[paymirror.Received]) -> None:
        self.heard: dict[str, paymirror.Received] = {}
        self._events = events
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for received in self._events:
            self.heard[received.id] = received


def until(what: str, found: "dict[str, paymirror.Received]", kind: str) -> paymirror.Received:
    """Waits for an event of a type, at most twenty seconds."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for received in list(found.values()):
            if received.event["type"] == kind:
                return received
        time.sleep(0.02)
    raise AssertionError(f"{what} brought no {kind}, but {sorted(one.event['type'] for one in found.values())}")


def read(client: paymirror.Client, connection_id: str) -> list[RunReport]:
    """Reads a connection. The first read begins with the link, and a stream that is being read is Busy."""
    deadline = time.monotonic() + 20
    while True:
        runs = client.connections.sync(connection_id)
        if time.monotonic() > deadline or all(run["outcome"] != "Busy" for run in runs):
            return runs
        time.sleep(0.05)


def answer(step: LinkStep, values: dict[str, str]) -> LinkAnswer:
    """What the person answers."""
    match step["type"]:
        case "agree":
            return {"type": "agree"}
        case "prompt":
            return {"type": "entered", "values": {field["name"]: values[field["name"]] for field in step["fields"]}}
        case other:
            raise AssertionError(f"nothing in this story asks for {other}")


@unittest.skipUnless(url and api_key, "PAYMIRROR_URL and PAYMIRROR_API_KEY name no orchestrator")
@sandbox.needed
class Story(unittest.TestCase):
    def test_a_person_is_linked_read_told_of_and_let_go(self) -> None:
        assert url and api_key and sandbox.url
        client = paymirror.Client(url, api_key)
        self.addCleanup(client.close)

        # Somebody who is not there for the other tests, with a plan whose second payment is due in two weeks.
        name = f"mira-{time.monotonic_ns()}"
        sandbox.control("people", {"id": name, "givenName": "Mira", "familyName": "Example"})
        shopping = {"merchant": "Pebble Row", "amount": 4999, "plan": "pay_in_4", "shipment": {"carrier": "Heron Post"}}
        sandbox.control(f"people/{name}/shop", {**shopping, "points": 120})
        sandbox.control(f"people/{name}/top-up", {"amount": 2500, "instant": True})
        sandbox.control(f"people/{name}/authorize-card", {"merchant": "Moth Lantern", "amount": 700})
        session = sandbox.control(f"people/{name}/open-session", {})
        values = {"refresh_token": session["refreshToken"], "device_id": session["deviceId"]}

        # Link.
        holder = client.holders.create(f"user-{name}")
        self.assertEqual(client.holders.create(f"user-{name}")["holderId"], holder["holderId"])
        link = client.link_sessions.create(holder["holderId"], "klarna-us", base_url=sandbox.url)
        while link["status"] == "open" and "step" in link:
            link = client.link_sessions.answer(link["linkSessionId"], answer(link["step"], values))
        self.assertEqual(link["status"], "linked", link.get("detail"))
        self.assertIn("connectionId", link)
        self.assertIn("consentId", link)
        connection_id, consent_id = link.get("connectionId", ""), link.get("consentId", "")

        # Read.
        runs = read(client, connection_id)
        self.assertEqual({run["outcome"] for run in runs}, {"CaughtUp"}, runs)
        whose = holder["holderId"]
        [purchase] = client.purchases.list(holder_id=whose)
        [plan] = client.plans.list(holder_id=whose)
        [card] = client.card_transactions.list(holder_id=whose)
        [entry] = client.balance_entries.list(holder_id=whose)
        [points] = client.points_entries.list(holder_id=whose)
        [delivery] = client.deliveries.list(holder_id=whose)
        [profile] = client.profiles.list(holder_id=whose)
        balances = list(client.balances.list(holder_id=whose))
        self.assertEqual(purchase["amount"], {"amount": 4999, "currency": "USD"})
        self.assertEqual(sum(one["amountDue"]["amount"] for one in plan["schedule"]), 4999)
        self.assertEqual((card["amount"]["amount"], entry["amount"]["amount"]), (-700, 2500))
        self.assertEqual((points["points"], delivery["carrier"]), (120, "Heron Post"))
        self.assertEqual(profile.get("givenName"), "Mira")
        self.assertTrue(any(one["amount"] == {"amount": 2500, "currency": "USD"} for one in balances))
        self.assertEqual(client.plans.get(plan["accountId"], plan["planId"]), plan)
        self.assertEqual(list(client.reconciliation(holder_id=whose)), [])
        first, *_ = client.forecast(holder_id=whose, weeks=104) or [None]
        if first is not None:
            self.assertEqual(first["currency"], "USD")
        *_, page = client.changes.follow(holder_id=whose)

        # Hear of what falls due, by stream and, where the host may call this machine, by webhook.
        listener = Listener(client.events.stream(holder_id=whose, after=None))
        inbox = Inbox()
        self.addCleanup(inbox.close)
        if hears_webhooks:
            endpoint = client.webhook_endpoints.create(inbox.url, event_types=["installment.due", "consent.withdrawn"])
            self.addCleanup(client.webhook_endpoints.delete, endpoint["webhookEndpointId"])
            inbox.receiver = Receiver(endpoint["secret"])
        second = plan["schedule"][1]
        sandbox.control("advance", {"to": f"{second['dueDate']}T09:00:00Z"})
        self.assertEqual({run["outcome"] for run in read(client, connection_id)}, {"CaughtUp"})
        due = until("the stream", listener.heard, "installment.due")
        self.assertEqual((due.event["data"].get("id"), due.event["data"]["holderId"]), (plan["planId"], whose))
        self.assertEqual(due.event["data"].get("installmentNumber"), 2)
        self.assertNotIn("4999", json.dumps(due.event))
        if hears_webhooks:
            self.assertEqual(until("the webhook", inbox.handled, "installment.due"), due)
        [installment] = client.installments.list(holder_id=whose, state="due")
        self.assertEqual((installment["planId"], installment["dueDate"]), (plan["planId"], second["dueDate"]))
        day = date.fromisoformat(second["dueDate"])
        self.assertEqual(list(client.installments.list(holder_id=whose, due_from=day, due_to=day)), [installment])
        changed = [change for one in client.changes.follow(page["nextCursor"], holder_id=whose) for change in one["items"]]
        self.assertIn("plans", {change["stream"] for change in changed})

        # Let go.
        withdrawal = client.consents.withdraw(consent_id)
        self.assertTrue(withdrawal["revokedUpstream"])
        self.assertEqual(client.consents.withdraw(consent_id)["withdrawnAt"], withdrawal["withdrawnAt"])
        self.assertEqual(client.consents.get(consent_id)["status"], "REVOKED")
        with self.assertRaises(paymirror.Conflict):
            client.connections.sync(connection_id)
        if hears_webhooks:
            until("the webhook", inbox.handled, "consent.withdrawn")
        lines = list(client.access_log.list(holder_id=whose))
        self.assertTrue(any("plans" in line["streams"] for line in lines))
