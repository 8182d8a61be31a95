/**
 * The wallet of one currency: its activity and the balance stated beside it. The group of an event code says what a row is.
 * A bank deposit or withdrawal has moved the balance while it is still pending; an authorization never does, because the
 * payment it becomes is a row of its own.
 */
import { type Balance, Money } from "@paymirror/core"
import { instant, type Note, Rows, type Translation, unreadable } from "@paymirror/session/translation"
import type * as Api from "../Api.ts"
import { money, some } from "./money.ts"

interface Group {
  readonly is: Balance.BalanceEntryType
  readonly moves?: "always" | "never"
}

/** The two digits after the `T`, all that PayPal documents; what a group says of no kind of ours is `other`. */
const groups: ReadonlyMap<string, Group> = new Map<string, Group>([
  ["00", { is: "payment" }],
  ["01", { is: "fee" }],
  ["02", { is: "exchange" }],
  ["03", { is: "top_up", moves: "always" }],
  ["04", { is: "withdrawal", moves: "always" }],
  ["05", { is: "payment" }],
  ["06", { is: "withdrawal" }],
  ["07", { is: "top_up" }],
  ["08", { is: "other" }],
  ["09", { is: "other" }],
  ["10", { is: "payment" }],
  ["11", { is: "refund" }],
  ["12", { is: "adjustment" }],
  ["13", { is: "payment", moves: "never" }],
  ["14", { is: "interest" }],
  ["15", { is: "adjustment", moves: "always" }],
  ["16", { is: "top_up" }],
  ["17", { is: "withdrawal" }],
  ["18", { is: "withdrawal" }],
  ["19", { is: "adjustment" }],
  ["20", { is: "transfer" }],
  ["21", { is: "adjustment" }],
  ["22", { is: "transfer" }],
  ["30", { is: "other" }],
  ["50", { is: "other" }],
  ["97", { is: "other" }],
  ["98", { is: "other", moves: "never" }],
  ["99", { is: "other" }]
])

/** A reversed row stays booked: its reversal is a row of its own. */
const said = { S: "BOOKED", V: "BOOKED", P: "PENDING", D: "REJECTED" } as const

const statusOf = (said: Balance.EntryStatus, moves: Group["moves"]): Balance.EntryStatus => {
  if (moves === "always" && said === "PENDING") return "BOOKED"
  return moves === "never" && said === "BOOKED" ? "REJECTED" : said
}

export const transaction = (wire: typeof Api.Transaction.Type, note: Note): Translation => {
  const { paypal_reference_id: reference, transaction_event_code: code } = wire
  const group = groups.get(code.slice(1, 3))
  if (group === undefined) note("transaction_event_code")
  const gross = money(wire.transaction_amount)
  const fee = some(wire.fee_amount)
  const entry = Rows.entry(
    {
      entryId: `${wire.transaction_id}:${code}`,
      entryType: group?.is ?? "other",
      providerType: code,
      status: statusOf(said[wire.transaction_status], group?.moves),
      amount: fee === undefined ? gross : Money.add(gross, fee),
      fee: fee && Money.negate(fee),
      createdAt: instant(wire.transaction_initiation_date),
      description: wire.transaction_subject,
      counterpartyName: wire.payer_name,
      reference,
      purchaseId: wire.paypal_reference_id_type === "ODR" ? reference : undefined
    },
    instant(wire.transaction_updated_date)
  )
  return [entry]
}

export const balance =
  (currency: string) =>
  ({ as_of_time, balances }: typeof Api.Wallet.Type): Translation => {
    const held = balances.find((each) => each.currency === currency)
    if (held === undefined) return unreadable("balances.total_balance")
    const { available_balance, total_balance } = held
    const interimAvailable = available_balance ? money(available_balance) : undefined
    return Rows.stated({ interimBooked: money(total_balance), interimAvailable }, instant(as_of_time))
  }
