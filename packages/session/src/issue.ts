/** Where a value is not as its schema says, as a path of field names. It never tells what a field holds. */
import type * as SchemaIssue from "effect/SchemaIssue"

export const pathOf = (issue: SchemaIssue.Issue): string => {
  const path: Array<string> = []
  let at: SchemaIssue.Issue | undefined = issue
  while (at !== undefined) {
    if (at._tag === "Pointer") path.push(...at.path.filter((key) => typeof key !== "number").map(String))
    at = "issue" in at ? at.issue : "issues" in at ? at.issues[0] : undefined
  }
  return path.join(".") || "the whole of it"
}
