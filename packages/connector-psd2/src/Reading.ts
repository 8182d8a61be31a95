/**
 * One run over one account: which window comes next, what a walked one says, what is left when one is refused. It calls
 * nobody. Rows are told before the checkpoint that remembers them, and pending rows are stated as a whole only where the
 * bank stated them in every window up to now.
 */
import { CalendarDate, type ConnectorError, type ReadEvent } from "@paymirror/core"
import * as Checkpoint from "./Checkpoint.ts"
import type { Entry } from "./Entry.ts"
import type { GrantedAccount } from "./Grant.ts"
import type { Context } from "./ledger/BalanceChoice.ts"
import * as ProviderId from "./ledger/ProviderId.ts"
import * as Sign from "./ledger/Sign.ts"
import type { Options as WalkOptions, Walked } from "./ledger/Walk.ts"
import * as Windows from "./ledger/Window.ts"
import type { Settings } from "./Options.ts"
import type { Refusal } from "./Refusal.ts"
import { dayOf, type Habits, judge, type Judged, pendingIds, rowOf } from "./translate/row.ts"

export type Event = ReadEvent.ReadEvent<Checkpoint.Checkpoint>

const stream = "balance"

const asText = (wire: unknown): string => (typeof wire === "string" ? wire : JSON.stringify(wire))

const quarantined = (reason: string, wire: unknown, id: string | undefined): ReadEvent.Quarantined => ({
  _tag: "Quarantined",
  stream,
  reason,
  locator: id === undefined ? {} : { id },
  raw: asText(wire)
})

const drift = (kind: ReadEvent.Drift["kind"], path: string, count: number): ReadEvent.Drift => ({
  _tag: "Drift",
  stream,
  kind,
  path,
  count
})

const unclearPages = ({ from }: Task, { booked, unclear }: Walked): ReadEvent.Check => ({
  _tag: "Check",
  stream,
  name: "pages",
  rows: booked.length,
  breaks: [
    {
      locator: {},
      expected: `the pages of ${from} to be told apart`,
      actual: `${unclear} rows end one page and begin the next, and may be one or two`
    }
  ]
})

/** A window still to be walked. `recent` ones reach up to now and state what is pending. */
interface Task extends Windows.Ask {
  readonly recent: boolean
}

interface Held {
  readonly task: Task
  readonly walked: Walked
}

export class Reading {
  readonly #place: Checkpoint.Place
  readonly #now: Windows.Now
  readonly #account: GrantedAccount
  readonly #settings: Settings
  readonly #idPattern: RegExp | undefined
  readonly #isWhole: boolean
  #tasks: ReadonlyArray<Task>
  #unread: ReadonlyArray<Windows.Unread>
  #held: ReadonlyArray<Held> = []
  /** Pending rows of the run, or nothing more where a window did not state them. */
  #pending: Map<string, CalendarDate.CalendarDate | undefined> | undefined = new Map()
  /** Why the run has to end, once what was walked before is told. */
  failure: ConnectorError.ConnectorError | undefined
  #overlap = 0
  #refusals = 0
  #closes = false

  constructor(settings: Settings, account: GrantedAccount, place: Checkpoint.Place, now: Windows.Now) {
    this.#settings = settings
    this.#account = account
    this.#place = place
    this.#now = now
    const { idPattern } = settings.institution.quirks ?? {}
    this.#idPattern = idPattern === undefined ? undefined : new RegExp(`^(?:${idPattern})$`, "u")
    const { isWhole, older, recent, unread } = Windows.plan(place, now)
    this.#isWhole = isWhole
    this.#unread = unread
    this.#tasks = [{ ...recent, recent: true }, ...older.map((ask) => ({ ...ask, recent: false }))]
  }

  get isDone(): boolean {
    return this.#tasks.length === 0
  }

  /** The window to walk next. */
  get ask(): Task {
    const [task] = this.#tasks
    if (task === undefined) throw new RangeError("there is no window left")
    return task
  }

  get recognising(): Pick<WalkOptions, "idOf" | "dayOf" | "overlap"> {
    return {
      idOf: (entry) => ProviderId.of(entry, this.#settings.institution.ids, this.#idPattern),
      dayOf,
      overlap: this.#overlap
    }
  }

  get balanceContext(): Context {
    const { quirks } = this.#settings.institution
    return {
      currency: this.#account.currency,
      types: quirks?.balanceTypes,
      debitsPositive: this.#account.debitsPositive ?? quirks?.debitsPositive,
      newest: this.#place.newest
    }
  }

  get checkpoint(): ReadEvent.Checkpoint<Checkpoint.Checkpoint> {
    const { today } = this.#now
    const before = this.#tasks.flatMap(({ from, recent, to }) => {
      const range = { from, to: to ?? today }
      return range.from > range.to ? [] : [{ ...range, why: recent ? ("pause" as const) : ("history" as const) }]
    })
    const unread = Windows.merge([...before, ...this.#unread], CalendarDate.addDays(today, 1))
    return { _tag: "Checkpoint", checkpoint: Checkpoint.close(this.#place, today, unread) }
  }

  /**
   * A window that was walked to its end. The pieces of what is recent are placed together, or an entry that moved from one
   * to the other would be two. The events are to be taken before the next window is.
   */
  take(task: Task, walked: Walked): Iterable<Event> {
    this.#refusals = 0
    this.#overlap = walked.overlap
    const again = walked.ambiguous.map((day) => ({ from: day, to: day, recent: task.recent }))
    this.#tasks = [...again, ...this.#tasks.filter((one) => one !== task)]
    this.#held = [...this.#held, { task, walked }]
    return task.recent && this.#tasks.some(({ recent }) => recent) ? [] : this.release()
  }

  /** What was walked so far. */
  release(): Iterable<Event> {
    const held = this.#held
    this.#held = []
    if (held.length === 0) return []
    if (held.some(({ task }) => task.to === undefined)) this.#place.covered = this.#now.today
    // What a whole read still has before it is kept as unread: it does not begin anew.
    if (this.#isWhole && held.some(({ task }) => task.recent)) this.#place.whole = this.#now.today
    return this.#tell(held, this.isDone)
  }

  *#tell(held: ReadonlyArray<Held>, isLast: boolean): Generator<Event, void> {
    for (const { walked } of held) {
      for (const [path, count] of walked.unknownFields) yield drift("unknown_field", path, count)
      for (const [word, count] of walked.skipped) yield drift("unknown_value", `status ${word}`, count)
      for (const { id, reason, wire } of walked.unreadable) yield quarantined(reason, wire, id)
      this.#notice(walked.booked)
      this.#notice(walked.pending)
    }
    const habits = this.#habits
    const booked: Array<Judged> = []
    const notYet = new Map<Walked, Array<Judged>>()
    const { tomorrow } = this
    for (const { walked } of held) {
      const waiting: Array<Judged> = []
      notYet.set(walked, waiting)
      for (const entry of [...walked.booked, ...walked.pending]) {
        const judged = judge(entry, habits)
        if ("aside" in judged) yield quarantined(judged.aside, entry.wire, this.recognising.idOf(entry))
        else (entry.status === "pending" || judged.day > tomorrow ? waiting : booked).push(judged)
      }
    }
    yield* this.#tellBooked(held, booked)
    for (const { task, walked } of held) {
      yield* this.#tellPending(task, notYet.get(walked) ?? [], walked.statesPending)
      yield* this.#checkLastCommitted(task, walked)
      if (walked.unclear > 0) yield unclearPages(task, walked)
    }
    if (isLast) yield* this.#end()
    yield this.checkpoint
  }

  get tomorrow(): number {
    return CalendarDate.toEpochDay(this.#now.today) + 1
  }

  #notice(entries: ReadonlyArray<Entry>): void {
    const { minus } = this.#place
    for (const { amount, indicator, status } of entries) {
      if (indicator !== undefined || minus.has(status)) continue
      if (typeof amount.amount === "number" ? amount.amount < 0 : amount.amount.trim().startsWith("-"))
        minus.add(status)
    }
  }

  get #habits(): Habits {
    const { ids, quirks } = this.#settings.institution
    const { minus } = this.#place
    return {
      currency: this.#account.currency,
      own: Sign.account(this.#account.identification),
      ids,
      idPattern: this.#idPattern,
      convention: quirks?.debitsPositive === true ? "debits_positive" : quirks?.signs,
      debitsPositive: this.#account.debitsPositive,
      minusSeen: { booked: minus.has("booked"), pending: minus.has("pending") }
    }
  }

  *#tellBooked(held: ReadonlyArray<Held>, booked: ReadonlyArray<Judged>): Generator<Event, void> {
    const { ledger } = this.#place
    const from = held.map(({ task }) => task.from).toSorted()[0] ?? this.#now.today
    const to =
      held
        .map(({ task }) => task.to ?? "9999-12-31")
        .toSorted()
        .at(-1) ?? this.#now.today
    const readAgain = new Set(held.filter(({ task }) => task.from === task.to).map(({ task }) => task.from))
    const unclear = held.flatMap(({ walked }) => walked.ambiguous).filter((day) => !readAgain.has(day))
    const { aside, renamed, rows } = ledger.place(booked, {
      from: CalendarDate.toEpochDay(from),
      to: CalendarDate.toEpochDay(to),
      except: new Set(unclear.map(CalendarDate.toEpochDay))
    })
    for (const { row, seen } of rows) {
      if (seen.date !== undefined && seen.entry.bookingDate !== undefined && seen.date > (this.#place.newest ?? "")) {
        this.#place.newest = seen.date
      }
      yield { _tag: "Upsert", stream, id: row, row: rowOf(seen, row, false) }
    }
    for (const { reason, seen } of aside) yield quarantined(reason, seen.entry.wire, seen.id)
    if (renamed > 0) yield drift("unknown_value", `${this.#settings.institution.ids}: all new`, renamed)
  }

  *#tellPending({ recent }: Task, notYet: ReadonlyArray<Judged>, statesPending: boolean): Generator<Event, void> {
    if (!recent) return
    if (!statesPending) {
      // A pending row can only be taken away again by a bank that states what is pending.
      this.#pending = undefined
      if (notYet.length > 0) yield drift("unknown_value", "bookingDate: in the future", notYet.length)
      return
    }
    const ids = pendingIds(notYet)
    for (const [index, judged] of notYet.entries()) {
      const id = ids[index] as string
      this.#pending?.set(id, judged.date)
      yield { _tag: "Upsert", stream, id, row: rowOf(judged, id, true), pending: true }
    }
  }

  *#checkLastCommitted({ to }: Task, { ambiguous, booked, lastCommitted }: Walked): Generator<Event, void> {
    if (lastCommitted === undefined || to !== undefined || booked.length === 0 || ambiguous.length > 0) return
    const isThere = booked.some(
      ({ entryReference, transactionId }) => entryReference === lastCommitted || transactionId === lastCommitted
    )
    yield {
      _tag: "Check",
      stream,
      name: "last_committed",
      rows: booked.length,
      breaks: isThere
        ? []
        : [{ locator: {}, expected: "the last committed entry", actual: "not among what the bank showed" }]
    }
  }

  /** All windows are through. */
  *#end(): Generator<Event, void> {
    if (this.#closes) return
    this.#closes = true
    if (this.#pending !== undefined) {
      yield { _tag: "PendingSnapshot", stream, ids: [...this.#pending.keys()] }
      const days = [...this.#pending.values()].filter((day) => day !== undefined).toSorted()
      this.#place.pending = days[0]
    }
    for (const { from, to, why } of this.#unread) {
      if (why !== "pause") continue
      yield {
        _tag: "Check",
        stream,
        name: "coverage",
        rows: 0,
        breaks: [
          {
            locator: {},
            expected: `entries of ${from} to ${to}`,
            actual: "not read: the bank shows them only when the person approves anew"
          }
        ]
      }
    }
  }

  /** Asks for less, where that can help; `undefined` where it cannot. */
  refused(task: Task, { meaning }: Refusal): ReadonlyArray<Event> | undefined {
    const others = this.#tasks.filter((one) => one !== task)
    this.#refusals += 1
    if (meaning === "unknown_account") return this.#refusals > 1 ? undefined : []
    if (meaning === "too_old") return this.#tooOld(task, others)
    if (meaning !== "too_much" && meaning !== "paging") return undefined
    const halves = Windows.halve(task, this.#now.today, this.#refusals)
    if (halves === undefined) return undefined
    this.#tasks = [...halves.map((half) => ({ ...half, recent: task.recent })), ...others]
    return []
  }

  /** What begins before what is served: everything older is out of reach as well, and is not asked for. */
  #tooOld(task: Task, others: ReadonlyArray<Task>): ReadonlyArray<Event> | undefined {
    const { attended, today } = this.#now
    const cut = Windows.shorten(task, today)
    const lost: Array<Windows.Range> = []
    const kept: Array<Task> = []
    for (const other of others) {
      if (other.to !== undefined && other.to < task.from) lost.push({ from: other.from, to: other.to })
      else kept.push(other)
    }
    if (cut === undefined) {
      if (task.to === undefined) return undefined
      lost.push({ from: task.from, to: task.to })
      this.#tasks = kept
    } else {
      const [newer, older] = cut
      // Where exactly it begins is worth finding out only while nobody counts the calls.
      if (attended) kept.unshift({ ...older, recent: task.recent })
      else lost.push(older)
      this.#tasks = [{ ...newer, recent: task.recent }, ...kept]
    }
    let days = 0
    const { covered } = this.#place
    for (const { from, to } of lost) {
      days += CalendarDate.daysBetween(from, to) + 1
      if (!task.recent || covered === undefined) this.#unread = [...this.#unread, { from, to, why: "history" }]
      // Up to the last read these days were read when they were younger.
      else if (covered <= to) {
        this.#unread = [...this.#unread, { from: covered > from ? covered : from, to, why: "pause" }]
      }
    }
    const events: Array<Event> = days === 0 ? [] : [drift("unknown_value", "dateFrom: days not served", days)]
    return this.isDone ? [...events, ...this.#end(), this.checkpoint] : events
  }
}
