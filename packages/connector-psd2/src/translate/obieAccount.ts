/**
 * The accounts a UK consent opens, by what stays of them: the IBAN, else sort code and number, else the bank's own id,
 * which the standard calls immutable. The name of a holder is not taken for the name of an account.
 */
import type { BankAccount } from "../Entry.ts"
import { type Fields, inside, isFields, list, text, word } from "./Field.ts"

const schemes = ["iban", "sortcodeaccountnumber", "bban"]

const rankOf = (scheme: string): number => {
  const rank = schemes.indexOf((scheme.split(".").at(-1) ?? "").toLowerCase())
  return rank === -1 ? schemes.length : rank
}

/** IBAN before sort code and number before the bank's own; never one with digits masked, which others may share. */
const identificationOf = (row: Fields): string | undefined =>
  list(row["Account"])
    .map(inside)
    .map((one) => ({ rank: rankOf(word(one["SchemeName"]) ?? ""), value: word(one["Identification"]) }))
    .filter(({ value }) => value !== undefined && !/[*]|x{4}/i.test(value))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ value }) => value?.replace(/\s/g, ""))[0]

const isCard = (row: Fields): boolean =>
  /^(?:CARD|CreditCard|ChargeCard|PrePaidCard)$/i.test(
    word(row["AccountTypeCode"]) ?? word(row["AccountSubType"]) ?? ""
  )

/** An account as the bank lists it; 4.0 allows it to name no currency. */
export type ListedAccount = Omit<BankAccount, "currency"> & { readonly currency: string | undefined }

export interface Accounts {
  readonly accounts: ReadonlyArray<ListedAccount>
  readonly next: string | undefined
}

/** The accounts a consent opens; nothing where it is no such answer. */
export const accounts = (body: unknown): Accounts | undefined => {
  const whole = inside(body)
  const data = whole["Data"]
  if (!isFields(data)) return undefined
  const found = list(data["Account"])
    .map(inside)
    .flatMap((row): ReadonlyArray<ListedAccount> => {
      const resourceId = word(row["AccountId"])
      if (resourceId === undefined) return []
      return [
        {
          resourceId,
          identification: identificationOf(row) ?? resourceId,
          currency: word(row["Currency"]),
          name: text(row["Nickname"]) ?? text(row["Description"]),
          kind: isCard(row) ? "card" : "payment",
          status: word(row["Status"])
        }
      ]
    })
  return { accounts: found, next: word(inside(whole["Links"])["Next"]) }
}
