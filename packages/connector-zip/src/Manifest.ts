/** What this connector can do, readable without running it. The host is a placeholder that resolves nowhere. */
import type { Manifest } from "@paymirror/core"

export const manifest: Manifest.Manifest = {
  spec: "1",
  id: "zip",
  name: "Zip",
  provider: "zip",
  markets: ["US"],
  route: "session",
  link: "prompt",
  maturity: "illustrative",
  hosts: ["consumer.zip.example"],
  refundAllocation: "last_first",
  streams: {
    purchases: { live: "cursor", backfill: true, cadenceMinutes: 15 },
    plans: { live: "cursor", backfill: true, cadenceMinutes: 15, via: "purchases" },
    card: { live: "cursor", backfill: true, cadenceMinutes: 30 }
  }
}
