/**
 * One record of a file into one row of the model, or the reason it is none. A cell that cannot be read refuses its row;
 * nothing is filled in.
 */
import { Money } from "@paymirror/core"
import { parse as parseAmount } from "./amount.ts"
import { filler } from "./fill.ts"
import type { Field } from "./Format.ts"
import * as Identity from "./Identity.ts"
import type { Outcome } from "./Outcome.ts"
import type { Plan } from "./Plan.ts"
import { isBlank, misshapen } from "./Records.ts"
import * as Vocabulary from "./Vocabulary.ts"
import * as When from "./When.ts"

/** A translator of one file. It answers nothing for rows of another account or stream. */
export const translator = (
  plan: Plan,
  drift: (field: Field) => void
): ((cells: ReadonlyArray<string>) => Outcome | undefined) => {
  const { format, layout, decimal, currency, stream } = plan
  const { at } = layout
  const [primary] = format.streams
  const words = Vocabulary.make(plan, drift)
  const when = When.reader(layout, plan.dateOrder)
  const identify = Identity.reader(format, layout, plan.rows)
  const fill = filler(plan, drift)
  const changeField: Field = format.change === "net" ? "net" : "gross"
  let lastCell = ""
  let lastCode = ""

  const cell = (cells: ReadonlyArray<string>, field: Field): string =>
    at[field] < 0 ? "" : (cells[at[field]] ?? "").trim()
  const refused = (field: Field, reason: string): Outcome => ({
    _tag: "Refused",
    reason,
    column: layout.header[at[field]]?.trim() ?? field
  })
  const amount = (cells: ReadonlyArray<string>, field: Field): number | string | undefined => {
    const text = at[field] < 0 ? "" : (cells[at[field]] ?? "")
    return text === "" || text.trim() === "" ? undefined : parseAmount(text, currency, decimal)
  }
  const foreignAmount = (cells: ReadonlyArray<string>): Money.Money | string | undefined => {
    const text = cell(cells, "foreignAmount")
    const code = cell(cells, "foreignCurrency").toUpperCase()
    if (text === "" || code === "" || code === currency) return undefined
    if (!Money.currencies.has(code)) return "not in an ISO 4217 currency"
    const parsed = parseAmount(text, code, decimal)
    return typeof parsed === "string" ? parsed : { amount: parsed, currency: code }
  }

  return (cells) => {
    if (isBlank(cells)) return plan.owner && stream === primary ? { _tag: "Skipped", why: "blank line" } : undefined
    const unaligned = misshapen(cells, layout.width)
    if (unaligned !== undefined) {
      return plan.owner && stream === primary ? { _tag: "Refused", reason: unaligned } : undefined
    }
    const type = words.type(cells[at.type] ?? "")
    if ((type.rule?.stream ?? primary) !== stream) return undefined
    const code = format.currency ?? cells[at.currency] ?? ""
    if (code !== lastCell) {
      lastCell = code
      lastCode = code.trim().toUpperCase()
    }
    if (lastCode !== currency) {
      return plan.owner && !Money.currencies.has(lastCode)
        ? refused("currency", "not an ISO 4217 currency code")
        : undefined
    }

    const gross = amount(cells, "gross")
    if (typeof gross === "string") return refused("gross", gross)
    const fee = amount(cells, "fee")
    if (typeof fee === "string") return refused("fee", fee)
    const net = amount(cells, "net")
    if (typeof net === "string") return refused("net", net)
    const balance = amount(cells, "balance")
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

    const status = words.status(cells, type.rule, balance !== undefined)
    if (status === undefined) return refused("status", "a status this connector does not know")
    const pending = status === "PENDING" || status === "AUTHORIZATION"
    if (moment.date === undefined && !pending) return refused("date", "no date")

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
    const row = fill(identity.id, cells, {
      type,
      change,
      fee,
      balance,
      foreign,
      moment,
      status,
      elsewhere: type.rule?.funded === true && words.isElsewhere(cell(cells, "account"))
    })
    if (row === undefined) return refused("merchant", "no merchant")
    return {
      _tag: "Kept",
      id: identity.id,
      row,
      pending,
      figures: {
        moved: status === "BOOKED",
        change,
        gross,
        fee,
        balance,
        product: cell(cells, "product"),
        use: identity.use
      }
    }
  }
}
