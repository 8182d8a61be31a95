/** A field of an answer by its path (`data.next_cursor`), for the few that are looked up by name. It reads and never guesses. */

export const at = (value: unknown, path: string): unknown => {
  let here = value
  for (const key of path.split(".")) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, key)) return undefined
    here = Reflect.get(here, key)
  }
  return here
}
