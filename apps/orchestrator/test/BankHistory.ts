/**
 * Random lives of one account at a bank of the sandbox, and what its reader goes through meanwhile, from a seed. The
 * bank's book is the truth: it is never asked over the wire for it. A life never does what nobody could undo: ids that
 * are all new, or re-worded entries, come once between two reads.
 */
import { BankSandbox, type Entry, type Quirks } from "@paymirror/sandbox"

export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  chance(of: number): boolean {
    return this.next() < of
  }

  of<A>(list: ReadonlyArray<A>): A {
    return list[this.below(list.length)] as A
  }
}

const good: Partial<Quirks> = {
  absentIds: false,
  sessionIds: false,
  placeholderId: undefined,
  positionalReferences: false,
  duplicateIds: false
}

const idHabits = {
  stable: {},
  none: { absentIds: "both" },
  session: { sessionIds: true },
  placeholder: { placeholderId: "0000000000" },
  positional: { positionalReferences: true },
  duplicate: { duplicateIds: true }
} satisfies Record<string, Partial<Quirks>>

export interface Manners {
  readonly ids: keyof typeof idHabits
  readonly balanceAfter: boolean
  readonly parties: boolean
  /** Read within minutes of the approval, so that all of the past is shown. */
  readonly fresh: boolean
  readonly quirks: Partial<Quirks>
}

const mannersOf = (random: Random): Manners => {
  const ids = random.of(["stable", "stable", "none", "session", "placeholder", "positional", "duplicate"] as const)
  const balanceAfter = random.chance(0.4)
  const isClear = ids === "stable" || balanceAfter
  const parties = random.chance(0.4)
  return {
    ids,
    balanceAfter,
    parties,
    fresh: random.chance(0.5),
    quirks: {
      enforceFrequency: false,
      pageSize: random.of(isClear ? [3, 5, 20, 100] : [20, 100]),
      pageOverlap: ids !== "duplicate" && random.chance(0.3) ? 1 + random.below(2) : 0,
      heavyWindow: random.chance(0.15) ? { rows: 12, status: random.of([413, 500]) } : undefined,
      numericAmounts: random.of([false, "all", "mixed"]),
      remittance: random.of(["string", "array"]),
      positiveDebits: parties ? "with_parties" : false,
      futurePending: random.chance(0.5),
      ...good,
      ...idHabits[ids]
    }
  }
}

const texts = ["coffee", "bus ticket", "rent", "salary", "groceries", "refund"]
const amounts = [-280, -280, -500, -1250, 1000, 250_000, -99]
const them = { name: "Them", iban: "FR7630006000011234567890189" }
const oneDay = 86_400_000

export type Step = "read" | "outage" | "from_the_beginning"

export class BankHistory {
  readonly random: Random
  readonly manners: Manners
  readonly customer: string
  readonly account: string
  readonly #host: BankSandbox.Institution
  /** Booked and shown to nobody: older than the route reaches. */
  #floor = ""
  #isRetold = false
  /** Its opening has been compared with something. */
  #isOpened = false
  #reads = 0
  readonly #touched = new Set<string>()
  #pendings = 0

  constructor(host: BankSandbox.Institution, seed: number) {
    this.random = new Random(seed)
    this.manners = mannersOf(this.random)
    this.#host = host
    const { bank, quirks } = host
    const number = String(seed).padStart(10, "0")
    this.customer = bank.addCustomer({
      id: `c${number}`,
      email: `c${number}@example.com`,
      name: `Customer ${number}`
    }).id
    const iban = `DE00${number}00000000`
    this.account = bank.addAccount({
      customer: this.customer,
      id: `a${number}`,
      iban,
      currency: "EUR",
      opening: this.random.below(200_000) - 50_000
    }).id
    Object.assign(quirks, this.manners.quirks)
    // Every history begins at the same hour.
    bank.clock.moveTo((Math.floor(bank.clock.now / oneDay) + 1) * oneDay + 5 * 3_600_000)
    this.#host.quirks.shiftingPages = this.#mayShift && this.random.chance(0.2)
    for (let n = 6 + this.random.below(10); n > 0; n -= 1) this.#book(this.random.below(40))
    for (let n = this.random.below(6); n > 0; n -= 1) this.#book(100 + this.random.below(500))
  }

  /**
   * The bank may book something between two pages: it names no parties then, and where a row's id comes from its place on
   * a page nothing tells that the next page shows it again.
   */
  get #mayShift(): boolean {
    return !this.manners.parties && this.manners.ids !== "duplicate"
  }

  get today(): string {
    return this.#host.bank.clock.today
  }

  #ago(days: number): string {
    return new Date(this.#host.bank.clock.now - days * oneDay).toISOString().slice(0, 10)
  }

  /** The bank is asked for the first time: what is older than it shows now is never heard. */
  begins(): void {
    this.#floor = this.#ago(this.manners.fresh ? 729 : 90)
  }

  /** Whether what the bank says leads to the same rows from nothing. */
  get isRepeatable(): boolean {
    return !this.#isRetold && ["stable", "none", "placeholder", "positional"].includes(this.manners.ids)
  }

  #kept(entry: Entry): Entry {
    if (!this.manners.balanceAfter) Object.assign(entry, { balanceAfter: undefined })
    return entry
  }

  #book(daysAgo: number, amount = this.random.of(amounts)): void {
    const { bank } = this.#host
    const counterparty = this.manners.parties ? { counterparty: them } : {}
    const movement = {
      on: this.#ago(daysAgo),
      amount,
      text: this.random.of(texts),
      ...counterparty
    }
    this.#kept(bank.book(this.account, movement))
    // A twin now and then: the same in all that is told of it.
    if (this.random.chance(0.3)) this.#kept(bank.book(this.account, movement))
  }

  /** Something happens at the bank. */
  #happen(): void {
    const { random } = this
    const { bank } = this.#host
    const what = random.next()
    const [waiting] = bank.pending(this.account)
    if (what < 0.27) this.#book(0)
    // Odd amounts: of figures that cancel each other to the cent nobody can tell which is missing.
    else if (what < 0.45) this.#book(random.below(50), random.of(amounts) - random.below(97))
    else if (what < 0.6) {
      this.#pendings += 1
      const counterparty = this.manners.parties ? { counterparty: them } : {}
      bank.announce(this.account, { amount: random.of(amounts), text: `pending ${this.#pendings}`, ...counterparty })
    } else if (what < 0.75 && waiting !== undefined) {
      // Settled it has another id, day, text and sometimes amount.
      const amount = random.chance(0.7) ? waiting.amount : waiting.amount - 10
      this.#kept(bank.settle(waiting.key, { amount, text: random.of(texts) }))
    } else if (what < 0.8 && waiting !== undefined) bank.reverse(waiting.key)
    else if (what < 0.9) {
      const since = this.#ago(9)
      const recent = bank
        .ledger(this.account)
        .filter(({ bookedOn = "", key }) => bookedOn >= since && !this.#touched.has(key))
      if (recent.length === 0) return
      const entry = random.of(recent)
      Object.assign(entry, { text: `${entry.text} *${random.below(1000)}` })
      this.#touched.add(entry.key)
    } else if (what < 0.94 && this.manners.ids === "stable" && this.#touched.size === 0) {
      bank.reissueIds(this.account)
      for (const { key } of bank.ledger(this.account)) this.#touched.add(key)
      this.#isRetold = true
    }
  }

  /** Some days at the bank, and what its reader meets then. */
  next(): Step {
    const { random } = this
    for (let n = random.below(5); n > 0; n -= 1) this.#happen()
    this.#host.quirks.shiftingPages = this.#mayShift && this.#isOpened && random.chance(0.2)
    this.wait(random.below(1 + random.below(12)))
    const what = random.next()
    if (what < 0.8) return "read"
    if (what < 0.95) return "outage"
    return this.isRepeatable ? "from_the_beginning" : "read"
  }

  wait(days: number): void {
    const { clock } = this.#host.bank
    clock.moveTo(clock.now + days * oneDay + 7 * 3_600_000)
  }

  /** `isComplete`: the mirror lacks nothing. */
  wasRead(isComplete: boolean): void {
    this.#isOpened ||= this.#reads > 0 && isComplete
    this.#reads += 1
    this.#touched.clear()
    // What came while the pages were turned.
    for (const entry of this.#host.bank.ledger(this.account)) this.#kept(entry)
  }

  /** The bank is left alone until all that it shows has been read. */
  settle(): void {
    this.#host.quirks.shiftingPages = false
    this.wait(8)
  }

  /** The bank's own book, as lines; what it has never shown left out. */
  get booked(): ReadonlyArray<string> {
    return this.#host.bank
      .ledger(this.account)
      .filter(({ bookedOn = "" }) => bookedOn >= this.#floor)
      .map(({ amount, bookedOn, text }) => line(bookedOn, amount, text))
      .toSorted()
  }

  get pending(): ReadonlyArray<string> {
    return this.#host.bank
      .pending(this.account)
      .map(({ amount, text }) => line("pending", amount, text))
      .toSorted()
  }
}

export const line = (day: string | undefined, minor: number, text: string | undefined): string =>
  `${day ?? "?"} ${minor} ${text ?? ""}`
