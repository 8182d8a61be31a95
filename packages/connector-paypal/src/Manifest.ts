/** What this connector can do, readable without running it. The host is a placeholder that resolves nowhere. */
import type { Manifest } from "@paymirror/core"

export const manifest: Manifest.Manifest = {
  spec: "1",
  id: "paypal",
  name: "PayPal",
  provider: "paypal",
  markets: ["US"],
  route: "session",
  link: "prompt",
  maturity: "illustrative",
  hosts: ["consumer.paypal.example"],
  refundAllocation: "last_first",
  streams: {
    purchases: { live: "cursor", backfill: true, cadenceMinutes: 15 },
    plans: { live: "cursor", backfill: true, cadenceMinutes: 15, via: "purchases" },
    balance: { live: "cursor", backfill: true, cadenceMinutes: 30 }
  }
}
