/**
 * What this connector can do, readable without running it. It sees payment accounts and nothing else: a deposit balance
 * and its entries, never plans, points or deliveries. One manifest speaks for several banks: {@link manifest} for those
 * that are known here, {@link manifestFor} for a provider's own; {@link manifestOf} narrows it to one.
 */
import type { Manifest } from "@paymirror/core"
import type { Institution } from "./Institution.ts"
import { institutions } from "./institutions/index.ts"

export const id = "psd2"

const unique = (texts: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(texts)]

const hostsOf = ({ baseUrl, hosts = [], issuer }: Institution): ReadonlyArray<string> => [
  ...[baseUrl, issuer].flatMap((address) => (address === undefined ? [] : [new URL(address).host])),
  ...hosts
]

const streams: Manifest.Manifest["streams"] = {
  balance: { live: "cursor", backfill: true, cadenceMinutes: 360, budget: { reads: 4, hours: 24 } }
}

const leastSure: ReadonlyArray<Manifest.Maturity> = ["illustrative", "specified", "verified"]

/** The manifest of these banks together: the shortest of their consents, the least sure of them, every market and host. */
export const manifestFor = (
  own: Pick<Manifest.Manifest, "name" | "provider">,
  banks: ReadonlyArray<Institution>
): Manifest.Manifest => ({
  spec: "1",
  id,
  ...own,
  markets: unique(banks.map(({ market }) => market)),
  route: "psd2",
  link: banks.every(({ approval }) => approval === "decoupled") ? "decoupled" : "redirect",
  maturity: leastSure.find((maturity) => banks.some((bank) => bank.maturity === maturity)) ?? "specified",
  hosts: unique(banks.flatMap(hostsOf)),
  consent: { maxDays: Math.min(...banks.map(({ consent }) => consent.maxDays)) },
  streams
})

export const manifest = manifestFor({ name: "Payment accounts (PSD2)", provider: "" }, institutions)

/** The manifest of one bank. */
export const manifestOf = (institution: Institution): Manifest.Manifest => ({
  ...manifest,
  name: institution.name,
  provider: institution.provider,
  markets: [institution.market],
  link: institution.approval === "decoupled" ? "decoupled" : "redirect",
  maturity: institution.maturity,
  hosts: unique(hostsOf(institution)),
  consent: institution.consent,
  streams: { balance: { ...streams.balance, backfill: true, budget: institution.budget } }
})
