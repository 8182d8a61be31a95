/**
 * One record of a file into one row of the model, or the reason it is none. The only place that knows both spellings.
 * A cell that cannot be read refuses its row; nothing is filled in.
 */
import { type Balance, type Card, Money, type Purchase } from "@paymirror/core"
import { parse as parseAmount } from "./amount.ts"
import { type Field, type FileStream, fold, type Format, type TypeRule, type Words } from "./Format.ts"
import type { DateOrder, Decimal } from "./Format.ts"
import * as Identity from "./Identity.ts"
import type { Layout } from "./recognise.ts"
import { isBlank } from "./Records.ts"
import * as When from "./When.ts"

export interface Plan {
  readonly format: Format
  readonly layout: Layout
  readonly dateOrder: DateOrder | undefined
  readonly decimal: Decimal | undefined
  /** The account being read. */
  readonly currency: Money.Currency
  readonly stream: FileStream
  /** How many rows the file has. */
  readonly rows: number
  /** Whether rows that name no account are this read's to report. */
  readonly owner: boolean
}

/** What the checks need of a row that was kept. */
export interface Figures {
  /** Whether the stated balance counts the row. */
  readonly moved: boolean
  readonly change: number
  readonly gross: number | undefined
  /** As the file signs it. */
  readonly fee: number | undefined
  readonly balance: number | undefined
  readonly product: string
  readonly use: number
  /** Paid from an account that is not the provider's balance. */
  readonly elsewhere: boolean
}

export type Outcome =
  | { readonly _tag: "Kept"; readonly id: string; readonly row: FileRow; readonly pending: boolean; readonly figures: Figures }
  | { readonly _tag: "Skipped"; readonly why: string }
  | { readonly _tag: "Refused"; readonly reason: string; readonly column?: string; readonly id?: string }

export type FileRow =
  | { readonly stream: "balance"; readonly row: Balance.BalanceEntry }
  | { readonly stream: "card"; readonly row: Card.CardTransaction }
  | { readonly stream: "purchases"; readonly row: Purchase.Purchase }

interface Typed {
  /** For ids: lower case, words joined by a dash. */
  readonly slug: string
  readonly raw: string
  readonly rule: TypeRule | undefined
}

const remembered = 1024

/** A translator of one file. It answers nothing for rows of another account or stream. */
export const translator = (
  plan: Plan,
  drift: (field: Field) => void
): ((cells: ReadonlyArray<string>) => Outcome | undefined) => {
  const { format, layout, decimal, currency, stream } = plan
  const { at } = layout
  const [primary] = format.streams
  const when = When.reader(layout, plan.dateOrder)
  const identify = Identity.reader(format, layout, plan.rows)
  const types = new Map<string, Typed>()
  const folded = new Map<string, string>()
  let lastRaw = ""
  let lastCode = ""
  const changeField: Field = format.change === "net" ? "net" : "gross"

  const cell = (cells: ReadonlyArray<string>, field: Field): string => (cells[at[field]] ?? "").trim()
  const name = (field: Field): string => layout.header[at[field]]?.trim() ?? field
  const refused = (field: Field, reason: string): Outcome => ({ _tag: "Refused", reason, column: name(field) })

  /** Words repeat from row to row, so how they compare is worked out once. */
  const word = (raw: string): string => {
    const known = folded.get(raw)
    if (known !== undefined) return known
    if (folded.size >= remembered) folded.clear()
    const made = fold(raw)
    folded.set(raw, made)
    return made
  }

  const typed = (raw: string): Typed => {
    const known = types.get(raw)
    if (known !== undefined) return known
    const text = fold(raw)
    const made: Typed = { slug: text.replaceAll(" ", "-"), raw: raw.trim(), rule: own(format.types, text) }
    if (types.size >= remembered) types.clear()
    types.set(raw, made)
    return made
  }

  return (cells) => {
    if (isBlank(cells)) return plan.owner && stream === primary ? { _tag: "Skipped", why: "blank line" } : undefined
    const misshapen = shape(cells, layout)
    if (misshapen !== undefined) {
      return plan.owner && stream === primary ? { _tag: "Refused", reason: misshapen } : undefined
    }
    const type = typed(cells[at.type] ?? "")
    if ((type.rule?.stream ?? primary) !== stream) return undefined
    const rawCode = format.currency ?? cells[at.currency] ?? ""
    if (rawCode !== lastRaw) {
      lastRaw = rawCode
      lastCode = rawCode.trim().toUpperCase()
    }
    const code = lastCode
    if (code !== currency) {
      return plan.owner && !Money.currencies.has(code) ? refused("currency", "not an ISO 4217 currency code") : undefined
    }

    const amount = (field: Field): number | string | undefined => {
      const text = at[field] < 0 ? "" : cells[at[field]] ?? ""
      return text === "" || text.trim() === "" ? undefined : parseAmount(text, currency, decimal)
    }
    const gross = amount("gross")
    if (typeof gross === "string") return refused("gross", gross)
    const fee = amount("fee")
    if (typeof fee === "string") return refused("fee", fee)
    const net = amount("net")
    if (typeof net === "string") return refused("net", net)
    const balance = amount("balance")
    if (typeof balance === "string") return refused("balance", balance)
    const stated = format.change === "net" ? net : gross
    if (type.rule?.skip === true && (stated === undefined || stated === 0)) return { _tag: "Skipped", why: type.raw }
    if (stated === undefined) return refused(changeField, "no amount")
    const signed = format.change === "gross-fee" ? stated - (fee ?? 0) : stated
    const change = format.inverted === true && signed !== 0 ? -signed : signed
    if (!Number.isSafeInteger(change)) return refused(changeField, "too large")

    const foreign = foreignAmount(cells)
    if (typeof foreign === "string") return refused("foreignAmount", foreign)
    const moment = when(cells)
    if ("reason" in moment) return refused(moment.field, moment.reason)

    const status = statusOf(cells, type.rule, balance !== undefined)
    if (status === undefined) return refused("status", "a status this connector does not know")
    if (moment.date === undefined && status !== "PENDING" && status !== "AUTHORIZATION") return refused("date", "no date")

    const identity = identify({
      cells,
      when: moment,
      type: type.slug,
      currency,
      gross,
      fee,
      net,
      foreign: foreign === undefined ? "" : `${foreign.amount}${foreign.currency}`
    })
    if (identity === undefined) return refused("id", "no id")
    const file = build(identity.id, cells, { type, change, fee, balance, foreign, moment, status })
    if (file === undefined) return refused("merchant", "no merchant")
    return {
      _tag: "Kept",
      id: identity.id,
      row: file,
      pending: status === "PENDING" || status === "AUTHORIZATION",
      figures: {
        moved: status === "BOOKED",
        change,
        gross,
        fee,
        balance,
        product: at.product < 0 ? "" : cell(cells, "product"),
        use: identity.use,
        elsewhere:
          type.rule?.funded === true && format.ownBalance !== undefined && at.account >= 0 &&
          cell(cells, "account") !== "" && word(cell(cells, "account")) !== format.ownBalance
      }
    }
  }

  function foreignAmount(cells: ReadonlyArray<string>): Money.Money | string | undefined {
    const text = at.foreignAmount < 0 ? "" : cell(cells, "foreignAmount")
    const code = at.foreignCurrency < 0 ? "" : cell(cells, "foreignCurrency").toUpperCase()
    if (text === "" || code === "" || code === currency) return undefined
    if (!Money.currencies.has(code)) return "not in an ISO 4217 currency"
    const parsed = parseAmount(text, code, decimal)
    return typeof parsed === "string" ? parsed : { amount: parsed, currency: code }
  }

  function statusOf(cells: ReadonlyArray<string>, rule: TypeRule | undefined, hasBalance: boolean): string | undefined {
    const raw = at.status < 0 ? "" : cell(cells, "status")
    const said = raw === "" ? format.unsaid?.[stream] : own(format.statuses[stream] ?? {}, word(raw))
    if (stream !== "balance") return said
    const impact = at.impact < 0 ? undefined : own(format.impacts ?? {}, word(cell(cells, "impact")))
    if (impact === true || (impact === undefined && rule?.moves === "always")) return "BOOKED"
    if (impact === false || rule?.moves === "never") return said === "PENDING" ? "PENDING" : "REJECTED"
    if (said === undefined && raw !== "" && format.balanceProves === true && hasBalance) {
      drift("status")
      return "BOOKED"
    }
    return said
  }

  interface Read {
    readonly type: Typed
    readonly change: number
    readonly fee: number | undefined
    readonly balance: number | undefined
    readonly foreign: Money.Money | undefined
    readonly moment: When.When
    readonly status: string
  }

  function build(id: string, cells: ReadonlyArray<string>, read: Read): FileRow | undefined {
    const text = (field: Field): string | undefined => {
      const value = at[field] < 0 ? "" : cell(cells, field)
      return value === "" ? undefined : value
    }
    const { moment, change, type } = read
    switch (stream) {
      case "balance": {
        if (type.rule === undefined && at.type >= 0 && type.raw !== "") drift("type")
        const charged = read.fee === undefined ? 0 : format.change === "gross-fee" ? read.fee : -read.fee
        const description = text("description")
        const counterpartyName = text("counterparty")
        const reference = text("reference") ?? (format.ownBalance === undefined ? undefined : text("account"))
        const purchaseId = text("purchaseId")
        const row: Writable<Balance.BalanceEntry> = {
          rowType: "entry",
          entryId: id,
          entryType: type.rule?.is ?? "other",
          status: read.status as Balance.EntryStatus,
          amount: { amount: change, currency }
        }
        if (type.raw !== "") row.providerType = type.raw
        if (charged > 0) row.fee = { amount: charged, currency }
        if (read.foreign !== undefined) row.foreignAmount = read.foreign
        if (description !== undefined) row.description = description
        if (counterpartyName !== undefined) row.counterpartyName = counterpartyName
        if (moment.instant !== undefined) row.createdAt = moment.instant
        if (moment.date !== undefined) row.entryDate = moment.date
        if (moment.completed !== undefined) row.bookedDate = moment.completed
        if (read.balance !== undefined) row.balanceAfter = { amount: read.balance, currency }
        if (purchaseId !== undefined) row.purchaseId = purchaseId
        if (reference !== undefined) row.reference = reference
        return { stream, row }
      }
      case "card": {
        const merchantName = text("merchant") ?? text("description")
        const cardId = text("account")
        const row: Writable<Card.CardTransaction> = {
          transactionId: id,
          status: read.status as Card.CardTransactionStatus,
          amount: { amount: change, currency }
        }
        if (cardId !== undefined) row.cardId = cardId
        if (merchantName !== undefined) row.merchantName = merchantName
        if (moment.instant !== undefined) row.transactionTimestamp = moment.instant
        if (moment.date !== undefined) row.transactionDate = moment.date
        if (moment.completed !== undefined) row.postedDate = moment.completed
        if (read.foreign !== undefined) row.foreignAmount = read.foreign
        return { stream, row }
      }
      case "purchases": {
        const merchantName = text("merchant")
        const orderReference = text("reference")
        if (merchantName === undefined) return undefined
        const row: Writable<Purchase.Purchase> = {
          purchaseId: id,
          merchantName,
          amount: { amount: change, currency },
          status: read.status as Purchase.PurchaseStatus
        }
        if (orderReference !== undefined) row.orderReference = orderReference
        if (moment.instant !== undefined) row.purchasedAt = moment.instant
        if (moment.date !== undefined) row.purchaseDate = moment.date
        return { stream, row }
      }
    }
  }
}

/** A row while it is being filled in. */
type Writable<A> = { -readonly [K in keyof A]: A[K] }

/** The entry of a table of words; a cell that reads `constructor` finds nothing. */
const own = <A>(words: Words<A>, key: string): A | undefined => (Object.hasOwn(words, key) ? words[key] : undefined)

/** Why the cells of a record do not line up with the header, where they do not. */
const shape = (cells: ReadonlyArray<string>, { width }: Layout): string | undefined => {
  if (cells.length < width) return `${cells.length} cells under a header of ${width}`
  for (let i = width; i < cells.length; i++) {
    if ((cells[i] ?? "").trim() !== "") return `a value in cell ${i + 1}, beyond the header of ${width}`
  }
  return undefined
}
