/**
 * How a list is cut into pages, as data: by an opaque cursor that outlives the run, by the number of the page, by windows
 * of time, or not at all. It says what to ask for next and when a list is through; it sends nothing and knows no row.
 */
import * as Field from "./Field.ts"

/** By a cursor. Where the walk ended the next run goes on. */
export interface Cursor {
  readonly _tag: "Cursor"
  readonly parameter: string
  readonly next: string
  readonly size: string | undefined
  readonly ends: "empty" | "absent"
  readonly isOrdered: boolean
  readonly expired: ReadonlyArray<number>
}

/** By the number of the page, the whole list on every run. */
export interface Numbered {
  readonly _tag: "Numbered"
  readonly parameter: string
  readonly first: number
  readonly size: string | undefined
}

/** In one answer, on every run. */
export interface Whole {
  readonly _tag: "Whole"
  readonly namesAllPending: boolean
}

/** By windows of time, each in numbered pages: what is late or waits is read again by the next run. `Windows.ts` walks them. */
export interface Windows {
  readonly _tag: "Windows"
  /** The parameters of a window's two ends, of its page and of the size of a page. */
  readonly parameters: { readonly from: string; readonly to: string; readonly page: string; readonly size: string }
  /** Fields of an answer, with dots for depth: how many pages there are, as of when, and up to when rows can be served. */
  readonly answer: { readonly pages: string; readonly refreshed: string; readonly servedTo: string }
  /** The most rows of a page. */
  readonly most: number
  /** The most days of a window, and how many days back there are rows. */
  readonly days: number
  readonly history: number
  /** So many of the last days may still be incomplete. */
  readonly late: number
  /** Rows in which `field` says `is` will say something else within so many days; they are of the moment in `since`. */
  readonly waiting: { readonly field: string; readonly is: string; readonly since: string; readonly days: number }
  /** The word in which a window with too many rows is refused; it is cut in two. */
  readonly tooLarge: { readonly field: string; readonly is: string }
}

/** A list that is one list, whatever it is cut into. */
export type Paged = Cursor | Numbered | Whole

export type Paging = Paged | Windows

/** Whether the next run begins where the last one ended. */
export const goesOn = ({ _tag }: Paging): boolean => _tag === "Cursor" || _tag === "Windows"

const sizeOf = (size: string | false | undefined): string | undefined =>
  size === false ? undefined : (size ?? "page_size")

export const cursor = (
  options: {
    /** The parameter it is sent in. Default `updated_after`. */
    readonly parameter?: string
    /** The field the next one stands in, with dots for depth. Default `next_cursor`. */
    readonly next?: string
    /** The parameter of the size of a page, or `false` where there is none. Default `page_size`. */
    readonly size?: string | false
    /** What the end looks like: an empty page (default), or a page without a next cursor. */
    readonly ends?: "empty" | "absent"
    /** `false`: rows do not come in the order of their last change. By default a page older than the last is not kept as a place. */
    readonly ordered?: boolean
    /** The statuses that say that a cursor is no longer known. Default 410. */
    readonly expired?: ReadonlyArray<number>
  } = {}
): Cursor => ({
  _tag: "Cursor",
  parameter: options.parameter ?? "updated_after",
  next: options.next ?? "next_cursor",
  size: sizeOf(options.size),
  ends: options.ends ?? "empty",
  isOrdered: options.ordered ?? true,
  expired: options.expired ?? [410]
})

export const numbered = (
  options: {
    /** Default `page`. */
    readonly parameter?: string
    /** The number of the first page. Default 1. */
    readonly first?: number
    readonly size?: string | false
  } = {}
): Numbered => ({
  _tag: "Numbered",
  parameter: options.parameter ?? "page",
  first: options.first ?? 1,
  size: sizeOf(options.size)
})

export const whole = (
  options: {
    /** The list names everything that is pending, so that a pending row it no longer names is gone. */
    readonly namesAllPending?: boolean
  } = {}
): Whole => ({ _tag: "Whole", namesAllPending: options.namesAllPending ?? false })

export const windows = (options: Omit<Windows, "_tag">): Windows => ({ _tag: "Windows", ...options })

/** What is asked for at a position; the beginning has none. */
export const query = (self: Paged, position: string | undefined, size: number): Readonly<Record<string, string>> => {
  if (self._tag === "Whole") return {}
  const sized = self.size === undefined ? {} : { [self.size]: String(size) }
  const at = self._tag === "Numbered" ? (position ?? String(self.first)) : position
  return at === undefined ? sized : { [self.parameter]: at, ...sized }
}

/** Where a page leads: to the next position, or, where it is the last, to what the next run may begin with. */
export interface Onward {
  readonly isLast: boolean
  readonly position: string | undefined
  /** By what a page that was met before is known again. */
  readonly mark: string
}

/** Nothing where the page does not say it as it should. */
export const onward = (
  self: Paged,
  position: string | undefined,
  body: unknown,
  rows: ReadonlyArray<unknown>
): Onward | undefined => {
  switch (self._tag) {
    case "Whole":
      return { isLast: true, position: undefined, mark: "" }
    case "Numbered":
      return rows.length === 0
        ? { isLast: true, position: undefined, mark: "" }
        : { isLast: false, position: String(Number(position ?? self.first) + 1), mark: JSON.stringify(rows) }
    case "Cursor": {
      const next = Field.at(body, self.next) ?? undefined
      if (next !== undefined && typeof next !== "string") return undefined
      if (self.ends === "empty") {
        if (rows.length === 0) return { isLast: true, position: next ?? position, mark: "" }
        return next === undefined ? undefined : { isLast: false, position: next, mark: next }
      }
      // The cursor of the last page is kept: what is added later stands behind it, and its rows do no harm twice.
      return next === undefined || next === ""
        ? { isLast: true, position, mark: "" }
        : { isLast: false, position: next, mark: next }
    }
  }
}
