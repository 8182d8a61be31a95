/**
 * How a receiver is dialled: the name is resolved here, each address is looked at, and the one that was looked at is
 * dialled, so that a name which points elsewhere by then gains nothing. Of several addresses only public ones are tried.
 * Proxies of the environment are not used. It does not look at the URL; `WebhookUrl` does.
 */
import { buildConnector } from "@effect/platform-node/Undici"
import { lookup } from "node:dns/promises"
import { isIP, type Socket } from "node:net"
import { callbackify } from "node:util"
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
  const reach = (options: buildConnector.Options): Promise<Socket> =>
    new Promise((resolve, reject) => {
      dial(options, (...[error, socket]) => {
        if (error === null) resolve(socket)
        else reject(error)
      })
    })
  const connect = async (options: buildConnector.Options): Promise<Socket> => {
    const host = options.hostname.replace(/^\[(.*)\]$/, "$1")
    const servername = options.servername ?? (isIP(host) === 0 ? host : undefined)
    let failure: unknown
    for (const hostname of await addressesOf(host)) {
      try {
        return await reach({ ...options, hostname, ...(servername !== undefined && { servername }) })
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }
  const byCallback = callbackify(connect)
  return (options, done) => {
    byCallback(options, (error, socket) => {
      if (error === null) done(null, socket)
      else done(error, null)
    })
  }
}
