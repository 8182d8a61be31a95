/**
 * The windows of one run, newest first, and what becomes of them when a bank refuses one: too much is halved, too early
 * is shortened, and what then cannot be had stays on the list of the unread.
 */
import { CalendarDate } from "@paymirror/core"
import type { Refusal } from "../Refusal.ts"
import * as Windows from "./Window.ts"

/** A window still to be walked. `recent` ones reach up to now and state what is pending. */
export interface Task extends Windows.Ask {
  readonly recent: boolean
}

export class Agenda {
  readonly isWhole: boolean
  readonly #covered: CalendarDate.CalendarDate | undefined
  readonly #now: Windows.Now
  #tasks: ReadonlyArray<Task>
  #unread: ReadonlyArray<Windows.Unread>
  #refusals = 0

  constructor(past: Windows.Past, now: Windows.Now) {
    const { isWhole, older, recent, unread } = Windows.plan(past, now)
    this.isWhole = isWhole
    this.#covered = past.covered
    this.#now = now
    this.#unread = unread
    this.#tasks = [{ ...recent, recent: true }, ...older.map((ask) => ({ ...ask, recent: false }))]
  }

  get isDone(): boolean {
    return this.#tasks.length === 0
  }

  get isRecentDone(): boolean {
    return !this.#tasks.some(({ recent }) => recent)
  }

  /** The window to walk next. */
  get next(): Task {
    const [task] = this.#tasks
    if (task === undefined) throw new RangeError("there is no window left")
    return task
  }

  /** Days that fell out of reach between what was read before and what can be read now. */
  get gaps(): ReadonlyArray<Windows.Range> {
    return this.#unread.filter(({ why }) => why === "pause")
  }

  /** All that has not been read, what is still on the list of this run included. */
  get unread(): ReadonlyArray<Windows.Unread> {
    const { today } = this.#now
    const before = this.#tasks.map(({ from, recent, to = today }): Windows.Unread => ({
      from,
      to,
      why: recent ? "pause" : "history"
    }))
    return Windows.merge([...before, ...this.#unread], CalendarDate.addDays(today, 1))
  }

  /** A window was walked, and these of its days have to be read alone. */
  walked(task: Task, again: ReadonlyArray<CalendarDate.CalendarDate>): void {
    this.#refusals = 0
    const days = again.map((day) => ({ from: day, to: day, recent: task.recent }))
    this.#tasks = [...days, ...this.#without(task)]
  }

  /** Asks for less, where that can help, and says how many days are lost; `undefined` where it cannot. */
  refused(task: Task, { meaning }: Refusal): number | undefined {
    this.#refusals += 1
    if (meaning === "unknown_account") return this.#refusals > 1 ? undefined : 0
    if (meaning === "too_old") return this.#shorten(task)
    if (meaning !== "too_much" && meaning !== "paging") return undefined
    const halves = Windows.halve(task, this.#now.today, this.#refusals)
    if (halves === undefined) return undefined
    this.#tasks = [...halves.map((half) => ({ ...half, recent: task.recent })), ...this.#without(task)]
    return 0
  }

  #without(task: Task): ReadonlyArray<Task> {
    return this.#tasks.filter((one) => one !== task)
  }

  /** What begins before what is served: everything older is out of reach as well, and is not asked for. */
  #shorten(task: Task): number | undefined {
    const { attended, today } = this.#now
    const cut = Windows.shorten(task, today)
    const isOlder = ({ to }: Task): boolean => to !== undefined && to < task.from
    const lost: Array<Windows.Ask> = this.#without(task).filter(isOlder)
    const kept = this.#without(task).filter((one) => !isOlder(one))
    if (cut === undefined) {
      if (task.to === undefined) return undefined
      lost.push(task)
      this.#tasks = kept
    } else {
      const [newer, older] = cut
      // Where exactly it begins is worth finding out only while nobody counts the calls.
      if (!attended) lost.push(older)
      const tried = attended ? [{ ...older, recent: task.recent }] : []
      this.#tasks = [{ ...newer, recent: task.recent }, ...tried, ...kept]
    }
    return lost.reduce((days, { from, to = today }) => days + this.#lose({ from, to }, task.recent), 0)
  }

  #lose({ from, to }: Windows.Range, recent: boolean): number {
    const covered = this.#covered
    if (!recent || covered === undefined) this.#unread = [...this.#unread, { from, to, why: "history" }]
    // Up to the last read these days were read when they were younger.
    else if (covered <= to) {
      this.#unread = [...this.#unread, { from: covered > from ? covered : from, to, why: "pause" }]
    }
    return CalendarDate.daysBetween(from, to) + 1
  }
}
