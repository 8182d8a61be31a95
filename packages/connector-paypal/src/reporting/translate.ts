/**
 * A transaction of the reporting interface, by the rules and the row ids of the wallet, so that an account that is read
 * either way has each row once. The documents do not say whose name the payer's is where the holder paid; it is taken for
 * the counterparty's only where money came in from another account.
 */
import { isRefusal, type Note, type Translation } from "@paymirror/session/translation"
import * as Wallet from "../translate/wallet.ts"
import type * as Api from "./Api.ts"

type Detail = typeof Api.Detail.Type

const inside = "transaction_info"

const payerOf = ({ payer_info, transaction_info: info }: Detail): string | undefined => {
  const name = payer_info?.payer_name
  if (!info.transaction_event_code.startsWith("T00") || info.transaction_amount.value.startsWith("-")) return undefined
  const parts = [name?.given_name, name?.surname].filter((part) => part !== undefined && part !== null && part !== "")
  const said = name?.alternate_full_name ?? name?.full_name ?? parts.join(" ")
  return said === "" ? undefined : said
}

export const detail = (wire: Detail, note: Note): Translation => {
  const name = payerOf(wire)
  const { payer_name: _, ...info } = wire[inside]
  const translated = Wallet.transaction({ ...info, ...(name !== undefined && { payer_name: name }) }, (path) =>
    note(`${inside}.${path}`)
  )
  return isRefusal(translated) ? { ...translated, path: `${inside}.${translated.path}` } : translated
}
