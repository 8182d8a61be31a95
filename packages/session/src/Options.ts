/**
 * Where the connector reads and how patiently. A refresh token travels in the open over plain `http`, so that is accepted
 * only for this machine and for hosts that are named as a sandbox.
 */
import type { Manifest } from "@paymirror/core"
import * as Duration from "effect/Duration"

export interface Options {
  /** Default: the first of the manifest's hosts. */
  readonly baseUrl?: string
  /** Rows per page, 1 to 1000. Default 50. */
  readonly pageSize?: number
  /** How long one call may take. Default 20 seconds. */
  readonly timeout?: Duration.Input
  /** The first pause before a read is tried again; it doubles twice. Default 500 milliseconds. */
  readonly backoff?: Duration.Input
  /** Pages of one run after which it stops as incomplete. Default 100 000. */
  readonly maxPages?: number
  /** Hosts besides this machine's own where plain `http` is accepted. */
  readonly sandboxHosts?: ReadonlyArray<string>
}

export interface Settings {
  /** Scheme, host and path, without a slash at the end. */
  readonly base: string
  readonly host: string
  readonly pageSize: number
  readonly timeout: Duration.Duration
  readonly backoff: Duration.Duration
  readonly maxPages: number
}

const thisMachine = new Set(["localhost", "127.0.0.1", "[::1]"])

/** Throws a `TypeError` or `RangeError` for options that cannot work: a mistake of the caller, met at once. */
export const settings = ({ hosts }: Manifest.Manifest, options: Options): Settings => {
  const url = new URL(options.baseUrl ?? `https://${hosts[0] ?? ""}`)
  const open = thisMachine.has(url.hostname) || (options.sandboxHosts ?? []).includes(url.host)
  if (url.protocol !== "https:" && !(url.protocol === "http:" && open)) {
    throw new TypeError("baseUrl must be https; plain http is accepted for this machine and for sandboxHosts only")
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new TypeError("baseUrl must be an origin and a path, without credentials, query or fragment")
  }
  const pageSize = options.pageSize ?? 50
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 1000) {
    throw new RangeError("pageSize must be a whole number from 1 to 1000")
  }
  return {
    base: `${url.origin}${url.pathname.replace(/\/+$/, "")}`,
    host: url.host,
    pageSize,
    timeout: Duration.fromInputUnsafe(options.timeout ?? "20 seconds"),
    backoff: Duration.fromInputUnsafe(options.backoff ?? "500 millis"),
    maxPages: options.maxPages ?? 100_000
  }
}
