/** Where people and banks reach the service, and what whoever runs it allows. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as HttpServer from "effect/http/HttpServer"

export class Site extends Context.Service<
  Site,
  {
    /** As people and banks reach it, without a slash at its end. */
    readonly publicUrl: string
    /** Addresses in the place of a provider's own that a link session may name: a sandbox. */
    readonly allowedBaseUrls: ReadonlyArray<string>
    /** Whether the address a request comes from is the person's own, because the proxies before the service are known. */
    readonly knowsAddresses: boolean
  }
>()("paymirror/Site") {}

const bare = (url: string): string => url.replace(/\/+$/, "")

/** Where nobody said how it is reached, that is the address it listens at. */
export const layer = (options: {
  readonly publicUrl?: string | undefined
  readonly allowedBaseUrls?: ReadonlyArray<string>
  readonly trustedProxies?: ReadonlyArray<unknown>
}): Layer.Layer<Site, never, HttpServer.HttpServer> =>
  Layer.effect(
    Site,
    Effect.map(HttpServer.HttpServer, ({ address }) =>
      Site.of({
        publicUrl: bare(options.publicUrl ?? HttpServer.formatAddress(address).replace("0.0.0.0", "127.0.0.1")),
        allowedBaseUrls: (options.allowedBaseUrls ?? []).map(bare),
        knowsAddresses: (options.trustedProxies ?? []).length > 0
      })
    )
  )

export const allows = ({ allowedBaseUrls }: Site["Service"], baseUrl: string): boolean =>
  allowedBaseUrls.includes(bare(baseUrl))

/** The page of the person who is linked. */
export const linkPage = ({ publicUrl }: Site["Service"], token: string): string => `${publicUrl}/link/${token}`
/** Where banks send people back to; registered with them. */
export const linkBack = ({ publicUrl }: Site["Service"]): string => `${publicUrl}/link/back`
export const calendar = ({ publicUrl }: Site["Service"], token: string): string => `${publicUrl}/calendar/${token}.ics`
