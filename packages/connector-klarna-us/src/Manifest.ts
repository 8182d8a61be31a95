/**
 * What this connector can do, readable without running it. The host is a placeholder that resolves nowhere: Klarna
 * publishes no consumer API, so nobody is sent anywhere until a real host has been named.
 */
import type { Manifest } from "@paymirror/core"

export const manifest: Manifest.Manifest = {
  spec: "1",
  id: "klarna-us",
  name: "Klarna (United States)",
  provider: "klarna",
  markets: ["US"],
  route: "session",
  link: "prompt",
  maturity: "illustrative",
  /** Reserved by RFC 2606: never a real server. */
  hosts: ["consumer.klarna-us.example"],
  refundAllocation: "spread_evenly",
  streams: {
    purchases: { live: "cursor", backfill: true, cadenceMinutes: 15 },
    plans: { live: "cursor", backfill: true, cadenceMinutes: 15, via: "purchases" },
    card: { live: "cursor", backfill: true, cadenceMinutes: 30 },
    balance: { live: "cursor", backfill: true, cadenceMinutes: 30 },
    points: { live: "cursor", backfill: true, cadenceMinutes: 60 },
    deliveries: { live: "cursor", backfill: true, cadenceMinutes: 60 },
    profile: { live: "snapshot", backfill: false, cadenceMinutes: 1440 }
  }
}
