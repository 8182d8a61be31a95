/**
 * Random histories: what happens at a bank and to its reader, from a seed. A history never does what nobody could undo:
 * an entry that has no believable id is not moved and re-worded between two reads, and not all ids change with a day that moves; a reader that forgets everything
 * does so only where what a bank says of its entries leads to the same rows again.
 */
import { CalendarDate } from "@paymirror/core"
import { type Habits, ModelBank, type Truth } from "./ModelBank.ts"

type Random = () => number

const randomOf = (seed: number): Random => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const pick = <A>(random: Random, list: ReadonlyArray<A>): A => list[Math.floor(random() * list.length)] as A

const habitsOf = (random: Random): Habits => {
  const ids = pick<Habits["ids"]>(random, [
    "stable",
    "stable",
    "none",
    "session",
    "placeholder",
    "positional",
    "duplicate",
    "shifting"
  ])
  const balanceAfter = random() < 0.4
  // Without an id and a balance a row that two pages show is told from its twin only if a day fits on one page.
  const isClear = ids === "stable" || balanceAfter
  return {
    ids,
    balanceAfter,
    newestFirst: random() < 0.7,
    pageSize: pick(random, isClear ? [3, 5, 20, 100] : [20, 100]),
    overlap: random() < 0.3 ? 1 + Math.floor(random() * 2) : 0,
    signs: pick(random, ["indicator", "minus", "parties"]),
    heavy: random() < 0.15 ? 12 : undefined
  }
}

const texts = ["coffee", "bus ticket", "rent", "salary", "groceries", "2024-05-30 card payment", "refund"]
const amounts = [-280, -280, -500, -1250, 1000, 250_000, -99]

/** What a reader is made to do beside reading. */
export type Step = "read" | "break_off" | "crash" | "forget"

export class History {
  readonly bank: ModelBank
  readonly random: Random
  today = "2024-06-01"
  #isRetold = false
  /** Rows were kept that no checkpoint remembers. */
  #isLoose = false
  #pendings = 0

  constructor(seed: number) {
    this.random = randomOf(seed)
    this.bank = new ModelBank(habitsOf(this.random))
    for (let n = 0; n < 6 + Math.floor(this.random() * 10); n += 1) this.#book(Math.floor(this.random() * 40))
  }

  get #isStable(): boolean {
    return this.bank.habits.ids === "stable"
  }

  /** Whether what the bank says leads to the same rows from nothing. */
  get isRepeatable(): boolean {
    const { ids } = this.bank.habits
    return !this.#isRetold && (ids === "stable" || ids === "none" || ids === "placeholder" || ids === "positional")
  }

  #book(daysAgo: number): void {
    const entry = this.bank.book(
      CalendarDate.addDays(this.today, -daysAgo),
      pick(this.random, amounts),
      pick(this.random, texts)
    )
    // A twin now and then: the same in all that is told of it.
    if (this.random() < 0.3) this.bank.book(entry.day, entry.minor, entry.text)
  }

  #recent(): Truth | undefined {
    const since = CalendarDate.addDays(this.today, -9)
    const recent = this.bank.booked.filter(({ day, touched }) => day >= since && !touched)
    return recent.length === 0 ? undefined : pick(this.random, recent)
  }

  /** Something happens at the bank. */
  #happen(): void {
    const { bank, random } = this
    const what = random()
    if (what < 0.4) this.#book(random() < 0.6 ? 0 : Math.floor(random() * 50))
    else if (what < 0.55) {
      this.#pendings += 1
      bank.book(CalendarDate.addDays(this.today, 2), pick(random, amounts), `pending ${this.#pendings}`, "pending")
    } else if (what < 0.7) {
      const waiting = bank.pending.at(0)
      if (waiting === undefined) return
      // Settled it has another id, day, text and sometimes amount.
      bank.entries.splice(bank.entries.indexOf(waiting), 1)
      bank.book(this.today, random() < 0.7 ? waiting.minor : waiting.minor - 10, pick(random, texts))
    } else if (what < 0.8) {
      const entry = this.#recent()
      if (entry === undefined) return
      entry.text = `${entry.text} *${Math.floor(random() * 1000)}`
      entry.touched = true
    } else if (what < 0.88) {
      const entry = this.#recent()
      if (entry === undefined || (this.#isLoose && !this.#isStable)) return
      const day = CalendarDate.addDays(entry.day, pick(random, [-2, -1, 1, 2]))
      if (day > this.today) return
      entry.day = day
      entry.touched = true
      this.#isRetold ||= !this.#isStable
    } else if (what < 0.92 && this.#isStable && !this.#isLoose && !bank.entries.some(({ touched }) => touched)) {
      bank.reissue()
      for (const entry of bank.entries) entry.touched = true
      // Of what is old enough never to be shown again, nobody would hear it.
      const since = CalendarDate.addDays(this.today, -20)
      for (const entry of bank.entries) if (entry.day >= since) entry.text = entry.text.replace(/^[\d-]{10} /, "")
      this.#isRetold = true
    }
  }

  /** Some days at the bank, and what the reader does then. */
  next(): Step {
    for (let n = Math.floor(this.random() * 5); n > 0; n -= 1) this.#happen()
    const days = Math.floor(this.random() * this.random() * 12)
    this.today = CalendarDate.addDays(this.today, days)
    const { random } = this
    if (random() < 0.3 && this.bank.habits.newestFirst) {
      this.bank.meanwhile = () => this.#book(0)
    }
    const what = random()
    if (what < 0.75) return "read"
    if (what < 0.85) {
      this.#isLoose ||= this.isRepeatable
      return "break_off"
    }
    if (what < 0.95) return "crash"
    return this.isRepeatable ? "forget" : "read"
  }

  wasRead(): void {
    this.#isLoose = false
    for (const entry of this.bank.entries) entry.touched = false
  }

  /** The bank is left alone until it has been read as a whole. */
  settle(): void {
    this.bank.meanwhile = undefined
    this.today = CalendarDate.addDays(this.today, 8)
  }
}

const line = (day: string | undefined, minor: number, text: string | undefined): string =>
  `${day ?? "?"} ${minor} ${text ?? ""}`

/** The bank's own ledger, as lines. */
export const truthOf = ({ booked, pending }: ModelBank): ReadonlyArray<string> =>
  [
    ...booked.map(({ day, minor, text }) => line(day, minor, text)),
    ...pending.map(({ day, minor, text }) => `pending ${line(day, minor, text)}`)
  ].toSorted()

/** The same lines, of a mirror's rows. */
export const linesOf = (
  rows: Iterable<{ readonly row: unknown; readonly pending: boolean; readonly gone: boolean }>
): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const { gone, pending, row } of rows) {
    const entry = row as {
      readonly rowType: string
      readonly amount: { readonly amount: number }
      readonly bookedDate?: string
      readonly entryDate?: string
      readonly description?: string
    }
    if (gone || entry.rowType !== "entry") continue
    const told = line(entry.bookedDate ?? entry.entryDate, entry.amount.amount, entry.description)
    lines.push(pending ? `pending ${told}` : told)
  }
  return lines.toSorted()
}
