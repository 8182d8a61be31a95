/** The connector, and a bank of the sandbox that answers as Acme would, over HTTPS, for the conformance suite. */
import { Linking, type Subject } from "@paymirror/connector-testing"
import { bankSide, type Far, host, redirectUrl } from "@paymirror/sandbox/far"
import { layer, manifest } from "../src/index.ts"

/** A NextGenPSD2 1.3 bank with approval by redirect. The sandbox's README lists the others, and the quirks of each. */
const bank = "nordbank-de"

const { credentials, town } = await host()
const baseUrl = town.baseUrl(bank)

export const subject: Subject<Far> = {
  manifest: { ...manifest, hosts: [new URL(baseUrl).host] },
  layer: layer({ baseUrl, redirectUrl, credentials, backoff: "1 millis" }),
  far: bankSide({ town: bank, accounts: "/v1/accounts", sessionPaths: ["/v1/consents*"] }),
  link: Linking.approved(({ approve, visit }: Far) => ({ approve, visit, values: {} })),
  renews: false
}
