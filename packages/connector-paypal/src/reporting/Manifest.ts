/** What Transaction Search can do. The host is PayPal's own; its sandbox answers at `api-m.sandbox.paypal.com`. */
import type { Manifest } from "@paymirror/core"

export const manifest: Manifest.Manifest = {
  spec: "1",
  id: "paypal-reporting",
  name: "PayPal Transaction Search",
  provider: "paypal",
  markets: ["US"],
  route: "api",
  link: "prompt",
  maturity: "specified",
  hosts: ["api-m.paypal.com"],
  streams: {
    balance: { live: "cursor", backfill: true, cadenceMinutes: 60 }
  }
}
