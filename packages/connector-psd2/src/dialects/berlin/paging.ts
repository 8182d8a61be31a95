/**
 * Where a next link leads. Banks have been seen to name the same page again, another host, `null/…`, another endpoint and
 * a path that does not exist; the rows of the page that carried such a link are good, so the complaint travels on in the
 * place of the address and is made when somebody wants to follow it.
 */
import * as Effect from "effect/Effect"
import { Refusal } from "../../Refusal.ts"

/** Cannot begin an address, so it marks one that is not followed. */
const refused = "!"

const samePlace = (url: URL, place: URL): boolean =>
  url.pathname === place.pathname || url.pathname.startsWith(`${place.pathname}/`)

const complaint = (url: URL | null, asked: URL, place: URL): string | undefined => {
  if (url === null) return "the next link is no address"
  if (url.origin !== place.origin || url.username !== "") return "the next link leads to another host"
  if (!samePlace(url, place)) return "the next link leads to another endpoint"
  return url.href === asked.href ? "the next link leads to its own page" : undefined
}

/** What a page hands on for the next one: an address, or the reason why there is none to follow. */
export const onward = (href: string, asked: URL, place: URL): string => {
  // Resolved, `null/x` would be a path beside this one.
  const url = /^(?:null|undefined)(?:\/|$)/.test(href) ? null : URL.parse(href, asked)
  if (url !== null) url.hash = ""
  const why = complaint(url, asked, place)
  return why === undefined && url !== null ? url.href : `${refused}${why}`
}

/** The address to follow, which is checked again: it may have come out of a store. */
export const follow = (next: string, place: URL): Effect.Effect<URL, Refusal> => {
  if (next.startsWith(refused)) return Effect.fail(new Refusal("paging", next.slice(refused.length)))
  const url = URL.parse(next)
  return url !== null && url.origin === place.origin && samePlace(url, place)
    ? Effect.succeed(url)
    : Effect.fail(new Refusal("paging", "the next link leads elsewhere"))
}
