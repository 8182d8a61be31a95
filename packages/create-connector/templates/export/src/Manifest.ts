/** What the connector for Acme's download can do: facts, no code. `illustrative` until it has read files of real people. */
import type { Manifest } from "@paymirror/core"

export const manifest: Manifest.Manifest = {
  spec: "1",
  id: "acme",
  name: "Acme, downloaded",
  provider: "acme",
  markets: ["US"],
  route: "export",
  link: "upload",
  maturity: "illustrative",
  hosts: [],
  streams: {
    balance: { backfill: true }
  }
}
