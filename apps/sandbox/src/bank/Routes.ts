/**
 * The paths of a dialect as a table: method, pattern with `{names}`, and what answers. A path that is in the table under
 * another method is a 405 of the dialect's own making; one that is not in it belongs to somebody else.
 */
import type { Answer, Asked, Handler } from "./BankServer.ts"

export type Parameters = Readonly<Record<string, string>>
export type Answering = (asked: Asked, parameters: Parameters) => Answer | Promise<Answer>
/** `GET /v1/accounts/{account-id}` */
export type Table = Readonly<Record<string, Answering>>

interface Route {
  readonly method: string
  readonly pattern: string
  readonly parts: ReadonlyArray<string>
  readonly answering: Answering
}

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

const fit = (parts: ReadonlyArray<string>, path: ReadonlyArray<string>): Parameters | undefined => {
  if (parts.length !== path.length) return undefined
  const parameters: Record<string, string> = {}
  for (const [index, part] of parts.entries()) {
    const given = path[index] ?? ""
    if (part.startsWith("{")) parameters[part.slice(1, -1)] = decoded(given)
    else if (part !== given) return undefined
  }
  return parameters
}

export const routes = (door: Asked["door"], table: Table, otherMethod: (asked: Asked) => Answer): Handler => {
  const all: ReadonlyArray<Route> = Object.entries(table).map(([key, answering]) => {
    const [method = "", pattern = ""] = key.split(" ")
    return { method, pattern, parts: pattern.split("/"), answering }
  })
  return async (asked) => {
    if (asked.door !== door) return undefined
    const path = asked.path.split("/")
    let known: string | undefined
    for (const { answering, method, parts, pattern } of all) {
      const parameters = fit(parts, path)
      if (parameters === undefined) continue
      known = pattern
      if (method === asked.method) return { ...(await answering(asked, parameters)), pattern }
    }
    return known === undefined ? undefined : { ...otherMethod(asked), pattern: known }
  }
}

/** For after the table: whatever else begins like the dialect's paths, declined in its own words. */
export const others =
  (door: Asked["door"], root: string, decline: (asked: Asked) => Answer): Handler =>
  (asked) =>
    asked.door === door && asked.path.startsWith(root) ? { ...decline(asked), pattern: `${root}*` } : undefined
