/** What this connector can do, readable without running it. The host is a placeholder that resolves nowhere. */
import type { Manifest } from "@paymirror/core"

export const manifest: Manifest.Manifest = {
  spec: "1",
  id: "afterpay",
  name: "Afterpay (United States)",
  provider: "afterpay",
  markets: ["US"],
  route: "session",
  link: "prompt",
  maturity: "illustrative",
  /** Reserved by RFC 2606: never a real server. */
  hosts: ["consumer.afterpay.example"],
  refundAllocation: "last_first",
  streams: {
    purchases: { live: "cursor", backfill: true, cadenceMinutes: 15 },
    plans: { live: "cursor", backfill: true, cadenceMinutes: 15, via: "purchases" },
    card: { live: "cursor", backfill: true, cadenceMinutes: 30 },
    profile: { live: "snapshot", backfill: false, cadenceMinutes: 1440 }
  }
}
