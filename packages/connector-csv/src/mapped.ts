/** A mapping of the user's own as a format like any other. */
import { fields, fold, type Format, type TypeRule } from "./Format.ts"
import type { Mapping } from "./Mapping.ts"

const fallback = { balance: "BOOKED", card: "POSTED", purchases: undefined } as const

export const mapped = (mapping: Mapping): Format => {
  const { columns, stream } = mapping
  const ids = columns.id === undefined ? [] : typeof columns.id === "string" ? [columns.id] : columns.id
  const others = Object.entries(columns).flatMap(([field, name]): ReadonlyArray<[string, ReadonlyArray<string>]> =>
    typeof name === "string" && field !== "id" ? [[field, [name]]] : []
  )
  const status =
    columns.status === undefined || mapping.defaultStatus !== undefined
      ? (mapping.defaultStatus ?? fallback[stream])
      : undefined
  const words = Object.fromEntries(Object.entries(mapping.status ?? {}).map(([word, value]) => [fold(word), value]))
  const types = Object.fromEntries(
    Object.entries(mapping.type ?? {}).map(([word, is]): [string, TypeRule] => [fold(word), { is }])
  )
  const stable = fields.filter(
    (field) =>
      field !== "id" &&
      field !== "status" &&
      field !== "balance" &&
      field !== "completed" &&
      field !== "time" &&
      columns[field] !== undefined
  )
  return {
    id: mapping.format,
    name: `your mapping ${mapping.format}`,
    provider: mapping.provider,
    providerName: mapping.providerName ?? mapping.provider,
    evidence: "yours",
    ...(mapping.market === undefined ? {} : { market: mapping.market }),
    ...(mapping.legalEntity === undefined ? {} : { legalEntity: mapping.legalEntity }),
    streams: [stream],
    columns: Object.fromEntries(others),
    optional: [],
    ignored: [],
    ...(mapping.delimiter === undefined ? {} : { delimiter: mapping.delimiter }),
    ...(mapping.currency === undefined ? {} : { currency: mapping.currency }),
    ...(mapping.dateOrder === undefined ? {} : { dateOrder: mapping.dateOrder }),
    ...(mapping.decimal === undefined ? {} : { decimal: mapping.decimal }),
    change: columns.net === undefined ? "gross" : "net",
    inverted: mapping.inverted === true,
    identity: ids.length > 0 ? { by: "columns", columns: ids } : { by: "fingerprint", fields: stable },
    ...(ids.length > 0 ? {} : { prefix: mapping.provider }),
    types,
    statuses: { [stream]: words },
    ...(status === undefined ? {} : { unsaid: { [stream]: status } })
  }
}
