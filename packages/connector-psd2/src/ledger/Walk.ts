/**
 * One window, page by page until there is no next. A walk that comes back to an address, repeats itself or does not end is
 * refused as a whole: nothing of it is used.
 */
import * as Effect from "effect/Effect"
import type { Failure } from "../Dialect.ts"
import type { Page, Window } from "../Entry.ts"
import { Refusal } from "../Refusal.ts"
import { join, keyOf, type Recognising, type Walked } from "./Pages.ts"

export type GetPage = (window: Window, next: string | undefined) => Effect.Effect<Page, Failure>

export interface Options extends Recognising {
  readonly maxPages: number
}

/** How often a page may be met again before the walk counts as one that repeats itself. */
const repeatsAllowed = 2

export const walk = (get: GetPage, window: Window, options: Options): Effect.Effect<Walked, Failure> =>
  Effect.gen(function* () {
    const pages: Array<Page> = []
    const addresses = new Set<string>()
    const met = new Map<string, number>()
    let next: string | undefined
    do {
      if (pages.length >= options.maxPages)
        return yield* Effect.fail(new Refusal("paging", `the pages have not ended after ${pages.length}`))
      const page: Page = yield* get(window, next)
      const look = lookOf(page)
      const times = look === undefined ? 0 : (met.get(look) ?? 0) + 1
      if (look !== undefined) met.set(look, times)
      if (times > repeatsAllowed) return yield* Effect.fail(new Refusal("paging", "the pages repeat themselves"))
      pages.push(page)
      next = page.next
      if (next !== undefined) {
        if (addresses.has(next)) return yield* Effect.fail(new Refusal("paging", "the pages go in a circle"))
        addresses.add(next)
      }
    } while (next !== undefined)
    return join(pages, options, window.from === window.to)
  })

const lookOf = ({ entries }: Page): string | undefined => {
  const [first, last] = [entries[0], entries.at(-1)]
  return first === undefined || last === undefined ? undefined : `${entries.length}\n${keyOf(first)}\n${keyOf(last)}`
}
