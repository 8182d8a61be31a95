/** Where people and banks reach the service, and what whoever runs it allows. */
import * as Context from "effect/Context"

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

export const make = (options: {
  readonly publicUrl: string
  readonly allowedBaseUrls?: ReadonlyArray<string> | undefined
  readonly knowsAddresses?: boolean | undefined
}): Site["Service"] => ({
  publicUrl: bare(options.publicUrl),
  allowedBaseUrls: (options.allowedBaseUrls ?? []).map(bare),
  knowsAddresses: options.knowsAddresses === true
})

export const allows = ({ allowedBaseUrls }: Site["Service"], baseUrl: string): boolean =>
  allowedBaseUrls.includes(bare(baseUrl))

/** The page of the person who is linked. */
export const linkPage = ({ publicUrl }: Site["Service"], token: string): string => `${publicUrl}/link/${token}`
/** Where banks send people back to; registered with them. */
export const linkBack = ({ publicUrl }: Site["Service"]): string => `${publicUrl}/link/back`
export const calendar = ({ publicUrl }: Site["Service"], token: string): string => `${publicUrl}/calendar/${token}.ics`
