/** A reader of the Berlin Group banks of a town, for tests: asks for a consent, has it approved, and reads under it. */
import * as Town from "../../src/bank/Town.ts"
import type { TownOptions } from "../../src/bank/Town.ts"
import { client } from "./client.ts"
import type { Asking, Heard } from "./client.ts"

export const organization = { organizationId: "PSDSE-FINA-123456", roles: ["PSP_AI"] as const }
export const person = { "psu-ip-address": "192.0.2.7" }
export const back = "https://reader.example/back?state=abc"

export const everything = {
  access: { allPsd2: "allAccounts" },
  recurringIndicator: true,
  validUntil: "2026-10-01",
  frequencyPerDay: 4,
  combinedServiceIndicator: false
}
export const klarnaEverything = {
  access: { payments: [{ rights: ["ais", "ownerName"] }] },
  consentType: "global",
  recurringIndicator: true,
  validTo: "2026-10-01",
  frequencyPerDay: 4
}

export interface Wire {
  readonly [name: string]: unknown
}

/** The member of that path in a body that is what it is expected to be, or nothing. */
export const at = (body: unknown, ...path: ReadonlyArray<string | number>): unknown =>
  path.reduce<unknown>(
    (inside, name) =>
      typeof inside === "object" && inside !== null ? (inside as Record<string | number, unknown>)[name] : undefined,
    body
  )

export const rowsAt = (body: unknown, ...path: ReadonlyArray<string | number>): ReadonlyArray<Wire> => {
  const found = at(body, ...path)
  return Array.isArray(found) ? (found as ReadonlyArray<Wire>) : []
}

export const open = async (options: TownOptions = {}) => {
  const town = await Town.start(options)
  const identity = await town.certificates.qwac(organization)
  const ask = client(town.certificates.ca, identity)
  const askOf =
    (institution: string) =>
    (path: string, asking?: Asking): Promise<Heard> =>
      ask(path.startsWith("http") ? path : `${town.baseUrl(institution)}${path}`, asking)

  /** A Berlin Group 1.3 consent, approved on the page. */
  const redirected = async (institution: string, body: unknown = everything) => {
    const call = askOf(institution)
    const created = await call("/v1/consents", {
      method: "POST",
      body,
      headers: { ...person, "tpp-redirect-uri": back }
    })
    const returned = await town.visit(String(at(created.json, "_links", "scaRedirect", "href")))
    const consent = String(at(created.json, "consentId"))
    const read = (path: string, headers: Readonly<Record<string, string>> = {}) =>
      call(path, { headers: { "consent-id": consent, ...headers } })
    return { consent, created, returned, read, call }
  }

  /** Klarna's, approved in the app after two polls. */
  const pushed = async (email: string, body: unknown = klarnaEverything) => {
    const call = askOf("klarna-de")
    const home = "/v2/consents/account-access"
    const created = await call(home, { method: "POST", body, headers: { ...person, "psu-id": email } })
    const consent = String(at(created.json, "consentId"))
    const authorised = await call(String(at(created.json, "_links", "startAuthorisation", "href")), { method: "POST" })
    const polled: Array<unknown> = []
    for (let poll = 0; poll < 3; poll += 1) {
      polled.push(at((await call(`${home}/${consent}/status`)).json, "consentStatus"))
    }
    const read = (path: string, headers: Readonly<Record<string, string>> = {}) =>
      call(path, { headers: { "consent-id": consent, ...headers } })
    return { consent, created, authorised, polled, read, call }
  }
  return { town, identity, ask, askOf, redirected, pushed }
}

/** All booked rows of a list, page by page; at most so many pages. */
export const walk = async (
  read: (path: string) => Promise<Heard>,
  path: string,
  most = 50
): Promise<{ readonly rows: ReadonlyArray<Wire>; readonly pages: number; readonly last: Heard }> => {
  const rows: Array<Wire> = []
  let last = await read(path)
  let pages = 1
  rows.push(...rowsAt(last.json, "transactions", "booked"))
  for (
    let next = at(last.json, "transactions", "_links", "next", "href");
    typeof next === "string" && pages < most;
    pages += 1
  ) {
    last = await read(next)
    rows.push(...rowsAt(last.json, "transactions", "booked"))
    next = at(last.json, "transactions", "_links", "next", "href")
  }
  return { rows, pages, last }
}
