/** PayPal writes an amount as a decimal text and its currency, which the wire has checked against each other. */
import { Money } from "@paymirror/core"
import * as Result from "effect/Result"
import type * as Api from "../Api.ts"

export const money = ({ currency_code, value }: Api.Amount): Money.Money =>
  Result.getOrThrow(Money.parse(value, currency_code))

/** Absent where there is none, or nothing of it. */
export const some = (wire: Api.Amount | null | undefined): Money.Money | undefined => {
  const amount = wire ? money(wire) : undefined
  return amount?.amount === 0 ? undefined : amount
}
