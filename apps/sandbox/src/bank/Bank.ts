/**
 * A bank behind every dialect: customers, accounts, and the true ledger of each account. Amounts are signed whole
 * numbers of minor units, days are `YYYY-MM-DD`, instants are milliseconds. What an entry is called on the wire can
 * change (`settle`, `reissueIds`); its `key` never does and is never on the wire, so a test can compare with the truth.
 * It knows no HTTP, no consent and no spelling.
 */
import { Random, addDays, atHour, dayOf, minute } from "@paymirror/connector-testing/simulator"
import type { Clock, Day } from "@paymirror/connector-testing/simulator"
import { Refused } from "../Refused.ts"

export interface BankOptions {
  readonly clock: Clock
  readonly seed?: number | string | undefined
  /** The country it is in, `DE`. */
  readonly market: string
  readonly name: string
  readonly bic: string
}

export interface Customer {
  readonly id: string
  readonly email: string
  readonly name: string
}

export type AccountKind = "current" | "card" | "savings"

export interface NewAccount {
  readonly customer: string
  readonly id: string
  readonly iban?: string | undefined
  /** Where it is not the bank's. */
  readonly bic?: string | undefined
  readonly sortCode?: string | undefined
  readonly accountNumber?: string | undefined
  readonly maskedPan?: string | undefined
  readonly currency: string
  readonly product?: string | undefined
  readonly name?: string | undefined
  readonly kind?: AccountKind | undefined
  readonly opening: number
  readonly creditLine?: number | undefined
}

export interface Account extends Omit<NewAccount, "kind" | "creditLine"> {
  readonly kind: AccountKind
  readonly creditLine: number
  /** What the account is called on the wire, where the dialect gives it no other name. */
  readonly resourceId: string
}

export interface Counterparty {
  readonly name: string
  readonly iban?: string | undefined
}

export type EntryKind = "transfer" | "card" | "direct_debit" | "interest" | "fee" | "exchange"

/** What was paid in another currency: minor units with the sign of the entry, and units of account currency per unit. */
export interface Foreign {
  readonly currency: string
  readonly amount: number
  readonly rate: string
}

export interface Movement {
  readonly amount: number
  /** The booking day; today unless said. A past one is a late, back-dated entry. */
  readonly on?: Day | undefined
  readonly valueOn?: Day | undefined
  readonly text: string
  readonly counterparty?: Counterparty | undefined
  readonly kind?: EntryKind | undefined
  readonly foreign?: Foreign | undefined
  readonly mcc?: string | undefined
}

export interface Announcement extends Omit<Movement, "on" | "valueOn"> {
  readonly on?: Day | undefined
  /** When the bank believes it will be booked. */
  readonly expectedOn?: Day | undefined
}

export interface Entry {
  /** Never on the wire, never changes. */
  readonly key: string
  readonly account: string
  readonly wireId: string
  readonly entryReference: string
  readonly status: "booked" | "pending"
  /** The bank's own order of booking, from 1, over the whole bank. */
  readonly number: number
  readonly bookedOn?: Day | undefined
  readonly valueOn?: Day | undefined
  readonly expectedOn?: Day | undefined
  /** When it happened: within its day where it is back-dated. */
  readonly at: number
  /** When the bank came to know of it, by its clock. */
  readonly enteredAt: number
  readonly amount: number
  readonly currency: string
  readonly text: string
  readonly counterparty?: Counterparty | undefined
  readonly kind: EntryKind
  readonly foreign?: Foreign | undefined
  readonly mcc?: string | undefined
  /** Booked only: the running balance after it, in the order of booking. */
  readonly balanceAfter?: number | undefined
  /** The key of the pending entry that became this one. */
  readonly settles?: string | undefined
}

export interface Balances {
  readonly booked: number
  /** Booked and what is announced, without the credit line. */
  readonly available: number
  readonly creditLine: number
}

export interface Settlement {
  readonly amount?: number | undefined
  readonly on?: Day | undefined
  readonly text?: string | undefined
}

type Changing = { -readonly [Field in keyof Entry]: Entry[Field] }

interface Book {
  readonly account: Account
  readonly random: Random
  readonly booked: Array<Changing>
  /** Booked, by booking day and then by number. */
  byDay: Array<Changing>
  pending: Array<Changing>
  balance: number
}

const bookedDay = (entry: Entry): Day => entry.bookedOn ?? dayOf(entry.at)

/** How many of the entries, which are in the order of their days, lie before this one's place. */
const place = (entries: ReadonlyArray<Entry>, day: Day): number => {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const entry = entries[middle]
    if (entry !== undefined && bookedDay(entry) <= day) low = middle + 1
    else high = middle
  }
  return low
}

export class Bank {
  readonly clock: Clock
  readonly market: string
  readonly name: string
  readonly bic: string
  readonly #random: Random
  readonly #customers = new Map<string, Customer>()
  readonly #books = new Map<string, Book>()
  readonly #byKey = new Map<string, Changing>()
  #number = 0

  constructor(options: BankOptions) {
    this.clock = options.clock
    this.market = options.market
    this.name = options.name
    this.bic = options.bic
    this.#random = new Random(`${options.seed ?? 7}/bank/${options.bic}/${options.name}`)
  }

  get customers(): ReadonlyArray<Customer> {
    return [...this.#customers.values()]
  }

  get accounts(): ReadonlyArray<Account> {
    return [...this.#books.values()].map(({ account }) => account)
  }

  /** A source of its own for what a dialect makes up: consent ids, tokens, codes. */
  random(name: string): Random {
    return this.#random.fork(name)
  }

  addCustomer(customer: Customer): Customer {
    if (this.#customers.has(customer.id)) throw new Refused("this customer is here already")
    this.#customers.set(customer.id, customer)
    return customer
  }

  customer(id: string): Customer {
    const customer = this.#customers.get(id)
    if (customer === undefined) throw new Refused("no such customer")
    return customer
  }

  /** By id, or by e-mail where the part after a `+` does not count. */
  findCustomer(name: string): Customer | undefined {
    const plain = name.toLowerCase().replace(/\+[^@]*@/, "@")
    return this.customers.find(({ email, id }) => id === name || email.toLowerCase() === plain)
  }

  addAccount(opened: NewAccount): Account {
    this.customer(opened.customer)
    if (this.#books.has(opened.id)) throw new Refused("this account is here already")
    const random = this.#random.fork(`account/${opened.id}`)
    const { creditLine = 0, kind = "current" } = opened
    const account: Account = { ...opened, kind, creditLine, resourceId: random.id("", 24) }
    this.#books.set(account.id, { account, random, booked: [], byDay: [], pending: [], balance: opened.opening })
    return account
  }

  account(id: string): Account {
    return this.#book(id).account
  }

  accountsOf(customer: string): ReadonlyArray<Account> {
    return this.accounts.filter((account) => account.customer === customer)
  }

  book(accountId: string, movement: Movement): Entry {
    return this.#enter(this.#book(accountId), movement)
  }

  /** Pending: a card authorisation, a transfer on its way. */
  announce(accountId: string, announcement: Announcement): Entry {
    const book = this.#book(accountId)
    const { expectedOn, ...movement } = announcement
    const entry: Changing = { ...this.#entry(book, movement, "pending"), expectedOn }
    book.pending.push(entry)
    this.#byKey.set(entry.key, entry)
    return entry
  }

  /** Pending becomes booked, under other ids and perhaps with another amount, day or text. */
  settle(entryKey: string, settlement: Settlement = {}): Entry {
    const { book, entry } = this.#pendingEntry(entryKey)
    this.#drop(book, entry)
    const { counterparty, foreign, kind, mcc } = entry
    return this.#enter(
      book,
      {
        amount: settlement.amount ?? entry.amount,
        on: settlement.on,
        text: settlement.text ?? entry.text,
        counterparty,
        kind,
        foreign,
        mcc
      },
      entry.key
    )
  }

  /** Pending goes, and leaves no trace. */
  reverse(entryKey: string): void {
    const { book, entry } = this.#pendingEntry(entryKey)
    this.#drop(book, entry)
  }

  /** Every row of the account is called something else on the wire from now on, perhaps with its text cut short. */
  reissueIds(accountId: string, options: { readonly stripTexts?: boolean | undefined } = {}): void {
    const { booked, pending, random } = this.#book(accountId)
    for (const entry of [...booked, ...pending]) {
      entry.wireId = random.id("", 20)
      entry.entryReference = random.id("R", 15)
      if (options.stripTexts === true) entry.text = entry.text.replace(/^\S+\s+(?=\S)/, "")
    }
  }

  /** Booked, in the order of booking: the truth. */
  ledger(accountId: string): ReadonlyArray<Entry> {
    return this.#book(accountId).booked
  }

  /** Booked, by booking day (oldest first), from and until days that are both included. */
  byDay(accountId: string, from?: Day, until?: Day): ReadonlyArray<Entry> {
    const { byDay } = this.#book(accountId)
    const start = from === undefined ? 0 : place(byDay, addDays(from, -1))
    return byDay.slice(start, until === undefined ? byDay.length : place(byDay, until))
  }

  pending(accountId: string): ReadonlyArray<Entry> {
    return this.#book(accountId).pending
  }

  entry(entryKey: string): Entry {
    const entry = this.#byKey.get(entryKey)
    if (entry === undefined) throw new Refused("no such entry")
    return entry
  }

  balances(accountId: string): Balances {
    const { account, balance, pending } = this.#book(accountId)
    const announced = pending.reduce((sum, { amount }) => sum + Math.min(amount, 0), 0)
    return { booked: balance, available: balance + announced, creditLine: account.creditLine }
  }

  /** So many everyday rows, spread evenly over the days up to today, after what is already there. */
  bulk(accountId: string, options: { readonly entries: number; readonly days?: number | undefined }): void {
    const book = this.#book(accountId)
    const { entries, days = 730 } = options
    const first = addDays(this.clock.today, 1 - days)
    for (let index = 0; index < entries; index += 1) {
      const on = addDays(first, Math.floor((index * days) / entries))
      const amount = index % 30 === 0 ? book.random.int(100_000, 300_000) : -book.random.int(100, 9_999)
      const entry = this.#entry(book, { amount, on, text: `Card payment ${index % 97}`, kind: "card" }, "booked")
      this.#append(book, entry)
      book.byDay.push(entry)
    }
    book.byDay.sort((one, two) =>
      bookedDay(one) < bookedDay(two) ? -1 : bookedDay(one) > bookedDay(two) ? 1 : one.number - two.number
    )
  }

  #book(accountId: string): Book {
    const book = this.#books.get(accountId)
    if (book === undefined) throw new Refused("no such account")
    return book
  }

  #entry(book: Book, movement: Movement, status: Entry["status"]): Changing {
    const { amount, counterparty, foreign, kind = "transfer", mcc, on = this.clock.today, text } = movement
    if (!Number.isSafeInteger(amount) || amount === 0) throw new Refused("an amount is a whole number, and not 0")
    this.#number += 1
    const today = on === this.clock.today
    return {
      key: `e${this.#number}`,
      account: book.account.id,
      wireId: book.random.id("", 20),
      entryReference: book.random.id("R", 15),
      status,
      number: this.#number,
      ...(status === "booked" ? { bookedOn: on, valueOn: movement.valueOn ?? on } : {}),
      at: today ? this.clock.now : atHour(on, 8) + book.random.int(0, 600) * minute,
      enteredAt: this.clock.now,
      amount,
      currency: book.account.currency,
      text,
      counterparty,
      kind,
      foreign,
      mcc
    }
  }

  #append(book: Book, entry: Changing): void {
    book.balance += entry.amount
    entry.balanceAfter = book.balance
    book.booked.push(entry)
    this.#byKey.set(entry.key, entry)
  }

  #enter(book: Book, movement: Movement, settles?: string): Entry {
    const entry = { ...this.#entry(book, movement, "booked"), settles }
    this.#append(book, entry)
    book.byDay.splice(place(book.byDay, bookedDay(entry)), 0, entry)
    return entry
  }

  #pendingEntry(entryKey: string): { readonly book: Book; readonly entry: Changing } {
    const entry = this.#byKey.get(entryKey)
    if (entry === undefined || entry.status !== "pending") throw new Refused("no such pending entry")
    return { book: this.#book(entry.account), entry }
  }

  #drop(book: Book, entry: Changing): void {
    book.pending = book.pending.filter((one) => one !== entry)
    this.#byKey.delete(entry.key)
  }
}
