/** PayPal writes an amount as a decimal text and its currency; one that is no exact amount of it is no amount. */
import { Money } from "@paymirror/core"
import * as Result from "effect/Result"
import type * as Api from "../Api.ts"

export const money = ({ currency_code, value }: typeof Api.Amount.Type): Money.Money | undefined =>
  Result.getOrUndefined(Money.parse(value, currency_code))

/** Absent where there is none, or nothing of it. */
export const some = (wire: typeof Api.Amount.Type | null | undefined): Money.Money | undefined => {
  const amount = wire === undefined || wire === null ? undefined : money(wire)
  return amount?.amount === 0 ? undefined : amount
}
