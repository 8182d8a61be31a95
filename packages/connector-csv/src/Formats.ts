/** Every format that ships with the package, and the columns of each for help and diagnosis. */
import type { Format } from "./Format.ts"
import { formats as cashApp } from "./formats/cash-app.ts"
import { formats as n26 } from "./formats/n26.ts"
import { formats as paypalActivity } from "./formats/paypal-activity.ts"
import { formats as paypalPersonal } from "./formats/paypal-personal.ts"
import { formats as paypalStatement } from "./formats/paypal-statement.ts"
import { formats as revolut } from "./formats/revolut.ts"

export const formats: ReadonlyArray<Format> = [
  ...paypalPersonal,
  ...paypalActivity,
  ...paypalStatement,
  ...revolut,
  ...cashApp,
  ...n26
]

/** The header names a format knows: those a file must have, those it may have, those that are not read. */
export const columns = (
  format: Format
): {
  readonly required: ReadonlyArray<string>
  readonly optional: ReadonlyArray<string>
  readonly ignored: ReadonlyArray<string>
} => {
  const named = Object.entries(format.columns)
  const isOptional = (field: string): boolean => format.optional.some((name) => name === field)
  return {
    required: named.filter(([field]) => !isOptional(field)).map(([, names]) => names.join(" / ")),
    optional: named.filter(([field]) => isOptional(field)).map(([, names]) => names.join(" / ")),
    ignored: format.ignored
  }
}
