/**
 * How a provider turns the pages of a {@link Feed}, as data: by what changed since a cursor, from the newest row on, by an
 * offset, by a page's number, or not at all; under which names; and what the faults of pages do to that. It answers with
 * rows and the place of the next page, not with HTTP.
 */
import type { Cursors } from "./Cursors.ts"
import { placed } from "./Drift.ts"
import type { Json } from "./Drift.ts"
import type { Fault } from "./Faults.ts"
import type { Feed } from "./Feed.ts"

export interface Listing<Row extends object> {
  /** Where the rows stand in the answer, as a path of names: `orders`, `data.orders`. */
  readonly rows: string
  /**
   * - `changes` (unless said): rows in the order in which they last changed, after an opaque cursor that is always told,
   *   so that a reader who is through comes back with it.
   * - `newest`: the newest row first, after an opaque cursor that is `null` at the end.
   * - `offset`, `page`: the newest row first, from a number on (pages are counted from 1).
   * - `whole`: every row in one answer.
   */
  readonly by?: "changes" | "newest" | "offset" | "page" | "whole" | undefined
  /** The query's name for where a page begins; `updated_after`, `cursor`, `offset` or `page` unless said. */
  readonly cursor?: string | undefined
  /** Where the next page's cursor stands in the answer: `next_cursor` unless said; not told by `offset` and `page`. */
  readonly next?: string | undefined
  /** Where it stands whether there is more, and how many rows there are; not told unless said. */
  readonly more?: string | undefined
  readonly total?: string | undefined
  /** The query's name for a page's size (`page_size`), the size without it (50), and the largest (200). */
  readonly size?: string | undefined
  readonly usual?: number | undefined
  readonly most?: number | undefined
  /** Which rows a query asks for, where it may ask for some. */
  readonly where?: ((row: Row, query: URLSearchParams) => boolean) | undefined
  /** What is shown of a row, where that is not the row itself. */
  readonly spell?: ((row: Row) => object) | undefined
}

export interface Turning {
  readonly query: URLSearchParams
  readonly cursors: Cursors
  /** Whose cursors they are. */
  readonly scope: string
  readonly fault: Fault | undefined
}

interface Turned<Row> {
  readonly rows: ReadonlyArray<Row>
  readonly next: string | number | null
  readonly more: boolean
}

type Wrong = "invalid_request" | "cursor_expired"

const usualCursor = { changes: "updated_after", newest: "cursor", offset: "offset", page: "page", whole: "cursor" }

const sizeIn = (
  query: URLSearchParams,
  { most = 200, size = "page_size", usual = 50 }: Pick<Listing<object>, "most" | "size" | "usual">
): number | undefined => {
  const asked = query.get(size)
  const wanted = asked === null ? usual : Number(asked)
  return Number.isInteger(wanted) && wanted >= 1 && wanted <= most ? wanted : undefined
}

const byChange = <Row extends object>(
  feed: Feed<Row>,
  from: string | null,
  size: number,
  { cursors, fault, scope }: Turning
): Turned<Row> | Wrong => {
  const after = from === null ? -1 : cursors.read(scope, from)
  if (after === undefined) return "cursor_expired"
  const repeat = fault?.kind === "shifting-pages" ? fault.rows : 0
  const { position, rows } =
    fault?.kind === "empty-rows" ? { position: after, rows: [] } : feed.page(after, size, repeat)
  return { rows, next: cursors.write(scope, position), more: !feed.ends(position) }
}

const byPlace = <Row extends object>(
  all: ReadonlyArray<Row>,
  by: "newest" | "offset" | "page",
  from: string | null,
  size: number,
  { cursors, fault, scope }: Turning
): Turned<Row> | Wrong => {
  const given = by === "newest" && from !== null ? cursors.read(scope, from) : Number(from ?? (by === "page" ? 1 : 0))
  if (given === undefined) return "cursor_expired"
  if (!Number.isInteger(given) || given < (by === "page" ? 1 : 0)) return "invalid_request"
  const start = by === "page" ? (given - 1) * size : by === "newest" && from !== null ? all.length - given : given
  const fresh = fault?.kind === "empty-rows" ? [] : all.slice(start, start + size)
  const repeat = fault?.kind === "shifting-pages" && fresh.length > 0 ? fault.rows : 0
  const end = start + fresh.length
  const more = fresh.length > 0 && end < all.length
  const next = by === "newest" ? cursors.write(scope, all.length - end) : by === "page" ? given + 1 : end
  return { rows: [...all.slice(Math.max(0, start - repeat), start), ...fresh], next: more ? next : null, more }
}

/** The page as the loop tells it: there is always more, and where it begins is of no account. */
const looped = <Row extends object>(
  page: Turned<Row>,
  by: "changes" | "newest" | "offset" | "page",
  given: string | null,
  { cursors, scope }: Turning
): Turned<Row> => {
  const told = Number(given ?? (by === "page" ? 1 : 0))
  const next = by === "offset" ? told + page.rows.length : by === "page" ? told + 1 : cursors.write(scope, 0)
  return { ...page, next: page.next ?? next, more: true }
}

const turned = <Row extends object>(feed: Feed<Row>, listing: Listing<Row>, turning: Turning): Turned<Row> | Wrong => {
  const { by = "changes", where } = listing
  const { fault, query } = turning
  const wanted = (row: Row): boolean => where?.(row, query) ?? true
  const newestFirst = () => feed.created().toReversed().filter(wanted)
  if (by === "whole") return { rows: fault?.kind === "empty-rows" ? [] : newestFirst(), next: null, more: false }
  const size = sizeIn(query, listing)
  if (size === undefined) return "invalid_request"
  const given = query.get(listing.cursor ?? usualCursor[by])
  const loops = fault?.kind === "looped-pages"
  if (fault?.kind === "moving-rows" && given !== null) {
    if (by === "changes") for (const row of [...feed].slice(0, 1)) feed.republish(feed.idOf(row))
    else feed.rotate()
  }
  const from = loops ? null : given
  const page = by === "changes" ? byChange(feed, from, size, turning) : byPlace(newestFirst(), by, from, size, turning)
  if (typeof page === "string") return page
  const rows = by === "changes" && where !== undefined ? page.rows.filter(wanted) : page.rows
  return loops ? looped({ ...page, rows }, by, given, turning) : { ...page, rows }
}

/** Another order that is the same every time: every second row first, and then the others backwards. */
const shuffled = <Row>(rows: ReadonlyArray<Row>): ReadonlyArray<Row> => [
  ...rows.filter((_, index) => index % 2 === 1),
  ...rows.filter((_, index) => index % 2 === 0).toReversed()
]

/** The body of one page, or why there is none. */
export const turn = <Row extends object>(feed: Feed<Row>, listing: Listing<Row>, turning: Turning): Json | Wrong => {
  const page = turned(feed, listing, turning)
  if (typeof page === "string") return page
  const { by = "changes", more, rows, spell, total } = listing
  const told = by === "offset" || by === "page" || by === "whole" ? listing.next : (listing.next ?? "next_cursor")
  const ordered = turning.fault?.kind === "shuffled-rows" ? shuffled(page.rows) : page.rows
  const shown: ReadonlyArray<object> = spell === undefined ? ordered : ordered.map(spell)
  return [
    [rows, shown],
    [told, page.next],
    [more, page.more],
    [total, feed.size]
  ].reduce<Json>((body, [name, value]) => (typeof name === "string" ? placed(body, name, value) : body), {})
}
