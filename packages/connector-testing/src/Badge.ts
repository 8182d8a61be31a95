/**
 * What a run has shown, in a word: how real the wire is that the manifest speaks of, and the level the connector earned
 * before it. It is computed and never claimed: a wire nobody has published stays `illustrative` however many checks pass,
 * and no such badge is green.
 */
import type { Manifest } from "@paymirror/core"
import type { Level, Summary } from "./Check.ts"

/** The JSON shields.io reads from an endpoint. */
export interface Badge {
  readonly schemaVersion: 1
  readonly label: string
  readonly message: string
  readonly color: string
  /** A promise is broken. */
  readonly isError: boolean
}

const colors: Readonly<Record<Manifest.Maturity, Readonly<Record<Level, string>>>> = {
  verified: { bronze: "yellowgreen", silver: "green", gold: "brightgreen" },
  specified: { bronze: "yellow", silver: "yellowgreen", gold: "green" },
  illustrative: { bronze: "lightgrey", silver: "yellow", gold: "yellow" }
}

/** The badge of a connector whose checks ended so. */
export const of = ({ id, maturity, provider }: Manifest.Manifest, { failed, level }: Summary): Badge => {
  const isError = failed.length > 0
  const earned = level === "none" ? "no level" : level
  const broken = isError ? `, ${failed.length} failed` : ""
  return {
    schemaVersion: 1,
    // A connector of a whole route bears no provider's name.
    label: id.includes(provider) ? id : `${id} (${provider})`,
    message: `${maturity} · ${earned}${broken}`,
    color: isError ? "red" : level === "none" ? "lightgrey" : colors[maturity][level],
    isError
  }
}

const meaning: Readonly<Record<Manifest.Maturity, string>> = {
  verified: "held against a live, consenting account",
  specified: "after a public standard or documentation",
  illustrative: "a wire nobody has published"
}

/** The same for a terminal: the badge, what its first word means, and why there is no higher level. */
export const text = (manifest: Manifest.Manifest, summary: Summary): string => {
  const { label, message } = of(manifest, summary)
  const { failed, passed, skipped } = summary
  return [
    `${label}: ${message} (${meaning[manifest.maturity]})`,
    `${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped`,
    ...failed.map((each) => each.message),
    ...skipped.map(({ id, reason }) => `${id} skipped: ${reason}`)
  ].join("\n")
}
