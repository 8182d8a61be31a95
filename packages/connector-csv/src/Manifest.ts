/** The facts of this connector. Nothing leaves the machine, so it has no hosts. */
import type { Manifest } from "@paymirror/core"

export const manifest: Manifest.Manifest = {
  spec: "1",
  id: "csv",
  name: "A file you download",
  provider: "",
  markets: [],
  route: "export",
  link: "upload",
  maturity: "specified",
  hosts: [],
  streams: {
    balance: { backfill: true },
    card: { backfill: true },
    purchases: { backfill: true }
  }
}
