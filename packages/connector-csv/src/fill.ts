/**
 * Fills a row of the model with what a record said. The only place that knows both spellings; what the record left open
 * stays open.
 */
import type { Balance, Card, Money, Purchase } from "@paymirror/core"
import type { Field } from "./Format.ts"
import type { FileRow } from "./Outcome.ts"
import type { Plan } from "./Plan.ts"
import type { Type } from "./Vocabulary.ts"
import type { When } from "./When.ts"

/** The cells of a record that have been read. */
export interface Read {
  readonly type: Type
  readonly change: number
  readonly fee: number | undefined
  readonly balance: number | undefined
  readonly foreign: Money.Money | undefined
  readonly moment: When
  readonly status: string
  /** Paid from an account that is not the provider's balance. */
  readonly elsewhere: boolean
}

/** A row while it is being filled in. */
type Writable<A> = { -readonly [K in keyof A]: A[K] }

export const filler =
  (
    { format, layout: { at }, currency, stream }: Plan,
    drift: (field: Field) => void
  ): ((id: string, cells: ReadonlyArray<string>, read: Read) => FileRow | undefined) =>
  (id, cells, read) => {
    const text = (field: Field): string | undefined => {
      const value = at[field] < 0 ? "" : (cells[at[field]] ?? "").trim()
      return value === "" ? undefined : value
    }
    const { moment, change, type } = read
    switch (stream) {
      case "balance": {
        if (type.rule === undefined && at.type >= 0 && type.raw !== "") drift("type")
        const charged = read.fee === undefined ? 0 : format.change === "gross-fee" ? read.fee : -read.fee
        const description = text("description")
        const counterpartyName = text("counterparty")
        const reference = text("reference")
        const fundingSource = read.elsewhere ? text("account") : undefined
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
        if (fundingSource !== undefined) row.fundingSource = fundingSource
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
