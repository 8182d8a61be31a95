/** What the law wants a person to be told who asks what is held of them (GDPR Art. 15(1)), as far as this program knows. */
import type { Consent } from "@paymirror/core"
import { categories } from "./Categories.ts"
import type { PersonFile } from "./PersonFile.ts"
import type { Policy } from "./Retention.ts"

const distinct = (all: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(all)]

export const aboutPerson = (options: {
  readonly consents: ReadonlyArray<Consent.Consent>
  readonly policies: ReadonlyArray<Policy>
  readonly sources: ReadonlyArray<string>
}): PersonFile["about"] => {
  const { consents, policies, sources } = options
  const controllers = new Map(
    consents.flatMap(({ controller }) =>
      controller === undefined ? [] : [[JSON.stringify(controller), controller] as const]
    )
  )
  return {
    controllers: [...controllers.values()],
    purposes: distinct(consents.map(({ purpose }) => purpose)),
    categories,
    recipients: distinct(consents.flatMap(({ recipients }) => recipients ?? [])),
    retention: Object.fromEntries(
      policies.map(({ days, stream }) => [stream, days === undefined ? "until erased" : `${days} days`])
    ),
    sources: distinct(sources),
    rights:
      "You may have what is wrong corrected, have all of it erased, withdraw consent at any time, take this file elsewhere, and complain to a supervisory authority.",
    automatedDecisions: "None is made."
  }
}
