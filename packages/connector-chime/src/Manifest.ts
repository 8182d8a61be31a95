/** What this connector can do, readable without running it. The host is a placeholder that resolves nowhere. */
import type { Manifest } from "@paymirror/core"

export const manifest: Manifest.Manifest = {
  spec: "1",
  id: "chime",
  name: "Chime",
  provider: "chime",
  markets: ["US"],
  route: "session",
  link: "prompt",
  maturity: "illustrative",
  hosts: ["consumer.chime.example"],
  streams: {
    balance: { live: "cursor", backfill: true, cadenceMinutes: 30 },
    card: { live: "cursor", backfill: true, cadenceMinutes: 30, via: "balance" }
  }
}
