/** What went wrong, without what it says: that may be somebody's data. */
import * as Cause from "effect/Cause"

export const kindOf = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  return typeof error === "object" && error !== null && "_tag" in error ? String(error._tag) : "a defect"
}
