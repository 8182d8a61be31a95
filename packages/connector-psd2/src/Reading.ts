/**
 * One run over one account: what its walked windows say, and where it stands then. It calls nobody. Rows are told before
 * the checkpoint that remembers them, and pending rows are stated as a whole only where the bank stated them in every
 * window up to now.
 */
import { CalendarDate, type ConnectorError, type ReadEvent } from "@paymirror/core"
import * as Checkpoint from "./Checkpoint.ts"
import type { Entry } from "./Entry.ts"
import type { GrantedAccount } from "./Grant.ts"
import { Agenda, type Task } from "./ledger/Agenda.ts"
import type { Context } from "./ledger/BalanceChoice.ts"
import { tolerance } from "./ledger/Matching.ts"
import * as Memory from "./ledger/Memory.ts"
import type { Recognising, Walked } from "./ledger/Pages.ts"
import type { Now } from "./ledger/Window.ts"
import type { Settings } from "./Options.ts"
import { Pending } from "./Pending.ts"
import type { Refusal } from "./Refusal.ts"
import * as Notice from "./translate/notice.ts"
import { type Habits, habitsOf, hasMinus } from "./translate/habits.ts"
import { dayOf, judge, type Judged, rowOf } from "./translate/row.ts"

export type Event = ReadEvent.ReadEvent<Checkpoint.Checkpoint>

const stream = "balance"

interface Held {
  readonly task: Task
  readonly walked: Walked
}

export class Reading {
  readonly agenda: Agenda
  /** Why the run has to end, once what was walked before is told. */
  failure: ConnectorError.ConnectorError | undefined
  readonly #place: Checkpoint.Place
  readonly #now: Now
  readonly #account: GrantedAccount
  readonly #settings: Settings
  #held: ReadonlyArray<Held> = []
  readonly #pending: Pending
  #overlap = 0
  /** The first day of what was walked. */
  #reach: CalendarDate.CalendarDate = "9999-12-31"

  constructor(settings: Settings, account: GrantedAccount, place: Checkpoint.Place, now: Now) {
    this.#settings = settings
    this.#account = account
    this.#place = place
    this.#now = now
    this.agenda = new Agenda(place, now)
    this.#pending = new Pending(place.waiting, place.covered ?? now.today, now.today)
  }

  get recognising(): Recognising {
    const { idOf } = this.#habits
    return { idOf: this.#place.ledger.believesIds ? idOf : () => undefined, dayOf, overlap: this.#overlap }
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
    return { _tag: "Checkpoint", checkpoint: Checkpoint.close(this.#place, this.#now.today, this.agenda.unread) }
  }

  /**
   * A window that was walked to its end. The pieces of what is recent are placed together, or an entry that moved from one
   * to the other would be two. The events are to be taken before the next window is.
   */
  take(task: Task, walked: Walked): Iterable<Event> {
    this.#overlap = walked.overlap
    this.agenda.walked(task, walked.ambiguous)
    this.#held = [...this.#held, { task, walked }]
    const from = walked.servedFrom !== undefined && walked.servedFrom > task.from ? walked.servedFrom : task.from
    if (from < this.#reach) this.#reach = from
    return task.recent && !this.agenda.isRecentDone ? [] : this.release()
  }

  /** What was walked so far. */
  release(): Iterable<Event> {
    const held = this.#held
    this.#held = []
    if (held.length === 0) return []
    if (held.some(({ task }) => task.to === undefined)) this.#place.covered = this.#now.today
    // What a whole read still has before it is kept as unread: it does not begin anew.
    if (this.agenda.isWhole && held.some(({ task }) => task.recent)) this.#place.whole = this.#now.today
    return this.#tell(held, this.agenda.isDone)
  }

  /** Asks for less, where that can help; `undefined` where it cannot. */
  refused(task: Task, refusal: Refusal): ReadonlyArray<Event> | undefined {
    const days = this.agenda.refused(task, refusal)
    if (days === undefined) return undefined
    const events: Array<Event> = days === 0 ? [] : [Notice.drift("unknown_value", "dateFrom: days not served", days)]
    return this.agenda.isDone ? [...events, ...this.release(), ...this.#end(), this.checkpoint] : events
  }

  *#tell(held: ReadonlyArray<Held>, isLast: boolean): Generator<Event, void> {
    for (const { walked } of held) {
      for (const [path, count] of walked.unknownFields) yield Notice.drift("unknown_field", path, count)
      for (const [word, count] of walked.skipped) yield Notice.drift("unknown_value", `status ${word}`, count)
      for (const { id, reason, wire } of walked.unreadable) yield Notice.quarantined(reason, wire, id)
      this.#notice(walked.booked)
      this.#notice(walked.pending)
    }
    const habits = this.#habits
    const tomorrow = CalendarDate.toEpochDay(this.#now.today) + 1
    const booked: Array<Judged> = []
    const notYet: Array<Array<Judged>> = []
    for (const { walked } of held) {
      const waiting: Array<Judged> = []
      notYet.push(waiting)
      for (const entry of [...walked.booked, ...walked.pending]) {
        const judged = judge(entry, habits)
        if ("aside" in judged) yield Notice.quarantined(judged.aside, entry.wire, habits.idOf(entry))
        else (entry.status === "pending" || judged.day > tomorrow ? waiting : booked).push(judged)
      }
    }
    yield* this.#tellBooked(held, booked)
    for (const [index, { task, walked }] of held.entries()) {
      if (task.recent) yield* this.#pending.tell(notYet[index] ?? [], walked.statesPending)
      const isChecked = task.to === undefined && walked.booked.length > 0 && walked.ambiguous.length === 0
      if (walked.lastCommitted !== undefined && isChecked) yield Notice.lastCommitted(walked)
      if (walked.unclear > 0) yield Notice.unclearPages(task.from, walked)
    }
    if (isLast) yield* this.#end()
    yield this.checkpoint
  }

  #notice(entries: ReadonlyArray<Entry>): void {
    const { minus } = this.#place
    for (const entry of entries) if (!minus.has(entry.status) && hasMinus(entry)) minus.add(entry.status)
  }

  get #habits(): Habits {
    const { minus } = this.#place
    return habitsOf(this.#settings.institution, this.#account, {
      booked: minus.has("booked"),
      pending: minus.has("pending")
    })
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
      // What is near the next window's edge may still move over it.
      passing: { after: CalendarDate.toEpochDay(from) + tolerance, before: Memory.since(this.#now.today) },
      except: new Set(unclear.map(CalendarDate.toEpochDay))
    })
    for (const { row, seen } of rows) {
      if (seen.date !== undefined && seen.entry.bookingDate !== undefined && seen.date > (this.#place.newest ?? "")) {
        this.#place.newest = seen.date
      }
      yield { _tag: "Upsert", stream, id: row, row: rowOf(seen, row, false) }
    }
    for (const { reason, seen } of aside) yield Notice.quarantined(reason, seen.entry.wire, seen.id)
    if (renamed > 0) yield Notice.drift("unknown_value", `${this.#settings.institution.ids}: all new`, renamed)
  }

  /** All windows are through. */
  *#end(): Generator<Event, void> {
    const { snapshot } = this.#pending
    if (snapshot !== undefined) {
      yield snapshot.event
      this.#place.waiting = snapshot.waiting
      this.#place.pending = snapshot.oldest
    }
    for (const range of this.agenda.gaps) yield Notice.gap(range)
    yield { _tag: "Reach", stream, from: this.#reach }
  }
}
