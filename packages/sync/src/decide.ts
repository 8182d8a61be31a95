/**
 * What one page does to the mirror, decided without I/O: for each row what stands, what was said, what follows. An
 * unchanged row is no write; an older version never overwrites a newer one; a file never overwrites what a live route
 * said; absence is never deletion.
 */

/** A row as it stands in the mirror. */
export interface Standing {
  readonly n: number
  readonly body: string
  readonly version: string | null
  readonly pending: boolean
  readonly gone: string | null
  readonly origin: "reported" | "projected"
  /** Precedence of the route that said it: 0 for an export, 1 for a live route. */
  readonly rank: number
}

/** What was said of it. `gone` is the reason of a tombstone. */
export interface Said {
  readonly body: string | undefined
  readonly version: string | undefined
  readonly pending: boolean
  readonly gone: string | undefined
  readonly rank: number
  readonly origin: "reported" | "projected"
}

export type Verdict =
  | "added"
  | "updated"
  | "restored"
  | "removed"
  | "unchanged"
  /** The same content with another provenance or a newer version: the row takes those, nothing changed. */
  | "confirmed"
  /** Not newer than what stands. */
  | "stale"
  /** Said by a route that ranks below the one that said what stands. */
  | "outranked"

export const decide = (standing: Standing | undefined, said: Said): Verdict => {
  if (standing === undefined) return said.gone === undefined ? "added" : "unchanged"
  if (said.rank < standing.rank) return sameContent(standing, said) ? "unchanged" : "outranked"
  if (said.rank === standing.rank && isOlder(standing, said)) return "stale"
  if (said.gone !== undefined)
    return standing.gone === null ? "removed" : isNewer(standing, said) ? "confirmed" : "unchanged"
  if (standing.gone !== null) return "restored"
  if (!sameContent(standing, said)) return "updated"
  return standing.origin === said.origin && standing.rank === said.rank && !isNewer(standing, said)
    ? "unchanged"
    : "confirmed"
}

/** A newer stamp is kept even where nothing else changed, or a version between the two would pass for the newest. */
const isNewer = (standing: Standing, said: Said): boolean =>
  said.version !== undefined && (standing.version === null || said.version > standing.version)

/** What a projection was made from is no news: only a newer report corrects it. */
const isOlder = (standing: Standing, said: Said): boolean => {
  if (standing.version === null || said.version === undefined || said.origin === "projected") return false
  return standing.origin === "projected" && !sameContent(standing, said)
    ? said.version <= standing.version
    : said.version < standing.version
}

const sameContent = (standing: Standing, said: Said): boolean =>
  said.gone === undefined && said.body === standing.body && said.pending === standing.pending

/** How a change of the mirror is logged. */
export type Kind = "added" | "updated" | "restored" | "removed"
