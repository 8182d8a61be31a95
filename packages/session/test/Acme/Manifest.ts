/** What the connector for Acme can do. Acme exists nowhere: it is the smallest provider that shows how one is written. */
import type { Manifest } from "@paymirror/core"

export const manifest: Manifest.Manifest = {
  spec: "1",
  id: "acme",
  name: "Acme Pay",
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
    balance: { live: "cursor", backfill: true, cadenceMinutes: 30 },
    profile: { live: "snapshot", backfill: false, cadenceMinutes: 1440 }
  }
}
