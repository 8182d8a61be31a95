/** How a caller sets the connector up, and what follows from it. What cannot work is refused at once, not at the first call. */
import * as Duration from "effect/Duration"
import { isSafe } from "./Address.ts"
import type { Credentials } from "./Credentials.ts"
import type { Institution, Quirks } from "./Institution.ts"
import { find } from "./institutions/index.ts"

export interface Options {
  /** The id of a known bank, or a record of one's own. */
  readonly institution: string | Institution
  readonly credentials?: Credentials
  /** Where the person is sent back to after approving at a bank that redirects; registered there. */
  readonly redirectUrl?: string
  /**
   * The host's own IP address. The Berlin Group's standards want an address on each request for consent, and the host's
   * where the person's is not known; without it such a request goes out with none, and some banks refuse it.
   */
  readonly ownAddress?: string
  /** In the place of the bank's own addresses: a sandbox, or a production host that is not published. */
  readonly baseUrl?: string
  readonly issuer?: string
  readonly quirks?: Quirks
  /** How long one call may take. Default 30 seconds. */
  readonly timeout?: Duration.Input
  /** The first pause before a call is tried again; doubles. Default 1 second. */
  readonly backoff?: Duration.Input
  /** Pages after which a walk counts as one without an end. Default 1000. */
  readonly maxPages?: number
}

export interface Settings {
  readonly institution: Institution
  readonly credentials: Credentials
  readonly redirectUrl: string | undefined
  readonly ownAddress: string | undefined
  readonly base: string
  /** Hosts it may talk to, as they stand in a URL. */
  readonly hosts: ReadonlyArray<string>
  readonly timeout: Duration.Duration
  readonly backoff: Duration.Duration
  readonly maxPages: number
}

const url = (text: string, what: string): URL => {
  const parsed = URL.parse(text)
  if (parsed === null || !["http:", "https:"].includes(parsed.protocol))
    throw new RangeError(`${what} is not an http(s) address`)
  if (!isSafe(parsed)) throw new RangeError(`${what} must be https`)
  return parsed
}

/** Throws `RangeError` for options that cannot work, saying which. */
export const settings = (options: Options): Settings => {
  const { institution: named } = options
  const known = typeof named === "string" ? find(named) : named
  if (known === undefined) throw new RangeError(`there is no institution "${typeof named === "string" ? named : ""}"`)
  const base = options.baseUrl ?? known.baseUrl
  if (base === undefined) throw new RangeError(`${known.name} has not published its address: name it with baseUrl`)
  const institution: Institution = {
    ...known,
    baseUrl: base.replace(/\/+$/, ""),
    ...(options.issuer !== undefined && { issuer: options.issuer }),
    quirks: { ...known.quirks, ...options.quirks }
  }
  if (options.redirectUrl !== undefined && URL.parse(options.redirectUrl) === null)
    throw new RangeError("redirectUrl is no address")
  const addresses = [base, ...(institution.issuer === undefined ? [] : [institution.issuer])]
  return {
    institution,
    credentials: options.credentials ?? {},
    redirectUrl: options.redirectUrl,
    ownAddress: options.ownAddress,
    base: base.replace(/\/+$/, ""),
    hosts: [
      ...new Set([...addresses.map((address) => url(address, "the address").host), ...(institution.hosts ?? [])])
    ],
    timeout: Duration.fromInputUnsafe(options.timeout ?? "30 seconds"),
    backoff: Duration.fromInputUnsafe(options.backoff ?? "1 second"),
    maxPages: options.maxPages ?? 1000
  }
}
