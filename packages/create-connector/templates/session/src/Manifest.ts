/** What the connector for Acme can do: facts, no code. `illustrative` until the wire was held against a consenting account. */
import type { Manifest } from "@paymirror/core"

export const manifest: Manifest.Manifest = {
  spec: "1",
  id: "acme",
  name: "Acme",
  provider: "acme",
  markets: ["US"],
  route: "session",
  link: "prompt",
  maturity: "illustrative",
  hosts: ["api.acme.example"],
  refundAllocation: "last_first",
  streams: {
    purchases: { live: "cursor", backfill: true, cadenceMinutes: 15 },
    plans: { live: "cursor", backfill: true, cadenceMinutes: 15, via: "purchases" },
    balance: { live: "cursor", backfill: true, cadenceMinutes: 30 }
  }
}
