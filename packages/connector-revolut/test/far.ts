/** The sandbox's Revolut as the far side of the conformance suite: over HTTPS, with the host's certificate. */
import { Linking, type Subject } from "@paymirror/connector-testing"
import { manifestOf } from "@paymirror/connector-psd2/banks"
import { bankSide, type Far, host, redirectUrl } from "@paymirror/sandbox/far"
import { institutionOf, layer } from "../src/index.ts"

const { credentials, town } = await host()
const origin = town.baseUrl("revolut-gb")
const record = institutionOf("GB")

export const subject: Subject<Far> = {
  manifest: { ...manifestOf(record), hosts: [new URL(origin).host, ...(record.hosts ?? [])] },
  layer: layer({ market: "GB", baseUrl: origin, issuer: origin, redirectUrl, credentials, backoff: "1 millis" }),
  far: bankSide({
    town: "revolut-gb",
    accounts: "/accounts",
    refreshPath: "/token",
    sessionPaths: ["/par", "/jwks", "/.well-known/*", "/account-access-consents*"]
  }),
  link: Linking.approved(({ approve, visit }: Far) => ({ approve, visit, values: {} }))
}
