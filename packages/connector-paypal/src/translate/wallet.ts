/**
 * The wallet of one currency: its activity and the balance stated beside it. The group of an event code says what a row is.
 * A bank deposit or withdrawal has moved the balance while it is still pending; an authorization never does, because the
 * payment it becomes is a row of its own.
 */
import { type Balance, Money } from "@paymirror/core"
import { instant, type Note, present, type Translation, unknown, unreadable } from "@paymirror/session/translation"
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
const statuses: ReadonlyMap<string, Balance.EntryStatus> = new Map([
  ["S", "BOOKED"],
  ["V", "BOOKED"],
  ["P", "PENDING"],
  ["D", "REJECTED"]
])

const statusOf = (said: Balance.EntryStatus, moves: Group["moves"]): Balance.EntryStatus => {
  if (moves === "always" && said === "PENDING") return "BOOKED"
  return moves === "never" && said === "BOOKED" ? "REJECTED" : said
}

export const transaction = (wire: typeof Api.Transaction.Type, note: Note): Translation => {
  const { paypal_reference_id: reference, paypal_reference_id_type: kind, transaction_event_code: code } = wire
  const version = instant(wire.transaction_updated_date)
  if (version === undefined) return unreadable("transaction_updated_date")
  const createdAt = instant(wire.transaction_initiation_date)
  if (createdAt === undefined) return unreadable("transaction_initiation_date")
  const said = statuses.get(wire.transaction_status)
  if (said === undefined) return unknown("transaction_status")
  const gross = money(wire.transaction_amount)
  if (gross === undefined) return unreadable("transaction_amount.value")
  const group = groups.get(code.slice(1, 3))
  if (group === undefined) note("transaction_event_code")
  const fee = some(wire.fee_amount)
  const status = statusOf(said, group?.moves)
  const id = `${wire.transaction_id}:${code}`
  const row: Balance.BalanceEntry = {
    rowType: "entry",
    entryId: id,
    entryType: group?.is ?? "other",
    providerType: code,
    status,
    amount: fee === undefined ? gross : Money.add(gross, fee),
    createdAt,
    ...present({ description: wire.transaction_subject, counterpartyName: wire.payer_name, reference }),
    ...present({ purchaseId: kind === "ODR" ? reference : undefined, fee: fee && Money.negate(fee) })
  }
  return [{ _tag: "Upsert", stream: "balance", id, version, row, pending: status === "PENDING" }]
}

export const balance =
  (currency: string) =>
  ({ as_of_time, balances }: typeof Api.Wallet.Type): Translation => {
    const version = instant(as_of_time)
    if (version === undefined) return unreadable("as_of_time")
    const held = balances.find((each) => each.currency === currency)
    const total = held === undefined ? undefined : money(held.total_balance)
    if (total === undefined) return unreadable("balances.total_balance")
    const stated = (balanceType: Balance.BalanceType, amount: Money.Money) =>
      ({
        _tag: "Upsert",
        stream: "balance",
        id: `balance:${balanceType}`,
        version,
        row: { rowType: "balance", balanceType, amount }
      }) as const
    const available = held?.available_balance ? money(held.available_balance) : undefined
    return available === undefined
      ? [stated("interimBooked", total)]
      : [stated("interimBooked", total), stated("interimAvailable", available)]
  }
