/**
 * How a receiver is dialled: the name is resolved here, each address is looked at, and the one that was looked at is
 * dialled, so that a name which points elsewhere by then gains nothing. Of several addresses only public ones are tried.
 * Proxies of the environment are not used. It does not look at the URL; `WebhookUrl` does.
 */
import { buildConnector } from "@effect/platform-node/Undici"
import { lookup } from "node:dns/promises"
import { isIP } from "node:net"
import * as Context from "effect/Context"
import { isPublic } from "./Address.ts"

/** Whether receivers may be on this machine and its network. For development; never where others register addresses. */
export const AllowPrivate = Context.Reference<boolean>("paymirror/webhooks/AllowPrivate", { defaultValue: () => false })

/** No address of the name is one to dial. */
class AddressRefused extends Error {
  readonly code = "ERR_ADDRESS_NOT_PUBLIC"
}

export interface Options {
  readonly allowPrivate: boolean
  /** The addresses of a name. The system's resolver unless said. */
  readonly resolve?: (hostname: string) => Promise<ReadonlyArray<string>>
  /** Connects to an address. */
  readonly dial?: buildConnector.connector
}

const system = async (hostname: string): Promise<ReadonlyArray<string>> =>
  (await lookup(hostname, { all: true })).map(({ address }) => address)

const connectTimeout = 5000

/** A connector for an undici agent. */
export const connector = ({
  allowPrivate,
  dial = buildConnector({ timeout: connectTimeout }),
  resolve = system
}: Options): buildConnector.connector => {
  const addressesOf = async (host: string): Promise<ReadonlyArray<string>> => {
    const found = isIP(host) === 0 ? await resolve(host) : [host]
    const allowed = allowPrivate ? found : found.filter(isPublic)
    if (allowed.length === 0) throw new AddressRefused("no public address")
    return allowed
  }
  const first = (
    options: buildConnector.Options,
    [hostname = "", ...others]: ReadonlyArray<string>,
    done: buildConnector.Callback
  ): void =>
    dial({ ...options, hostname }, (...[error, socket]) => {
      if (error === null) done(null, socket)
      else if (others.length > 0) first(options, others, done)
      else done(error, null)
    })
  return (options, done) => {
    const host = options.hostname.replace(/^\[(.*)\]$/, "$1")
    const servername = isIP(host) === 0 ? (options.servername ?? host) : options.servername
    const named = servername === undefined ? options : { ...options, servername }
    addressesOf(host).then(
      (addresses) => first(named, addresses, done),
      (error: unknown) => done(error instanceof Error ? error : new Error("the name does not resolve"), null)
    )
  }
}
