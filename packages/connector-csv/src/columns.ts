/** The columns of a format, for help and diagnosis. */
import type { Format } from "./Format.ts"

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
