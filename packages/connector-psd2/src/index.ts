/**
 * Payment accounts in the EU and the UK under PSD2: the manifest, the banks that are known, what a host must have, and
 * the connector of one bank.
 */
import { Connector } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as HttpClient from "effect/http/HttpClient"
import { Checkpoint } from "./Checkpoint.ts"
import { missing } from "./Credentials.ts"
import { dialects } from "./dialects/index.ts"
import { Grant, ofInstitution } from "./Grant.ts"
import { configuration } from "./Failure.ts"
import { manifestOf } from "./Manifest.ts"
import { type Options, settings as settingsOf } from "./Options.ts"
import { read } from "./read.ts"

export * from "./banks.ts"
export { Grant, type Options }

const listed = (things: ReadonlyArray<string>): string =>
  things.length < 2 ? things.join("") : `${things.slice(0, -1).join("; ")}; and ${things.at(-1) ?? ""}`

/**
 * The connector of one bank. Throws `RangeError` at once for options that cannot work. What the host lacks is no reason to
 * throw: it is said when a person wants to link.
 */
export const layer = (options: Options): Layer.Layer<Connector.Connector, never, HttpClient.HttpClient> => {
  const settings = settingsOf(options)
  const { credentials, institution } = settings
  const make = dialects[institution.dialect]
  const lacking = missing(institution, credentials)
  return Connector.layer({
    manifest: { ...manifestOf(institution), hosts: settings.hosts },
    grant: Grant,
    checkpoint: Checkpoint,
    make: Effect.map(HttpClient.HttpClient, (http) => {
      const dialect = make(http, settings)
      return {
        link: (input) =>
          input.answer._tag === "Start" && lacking.length > 0
            ? Effect.fail(
                configuration(
                  `${institution.name} cannot be linked without ${listed(lacking)}: get these, or link through an aggregator that has them.`
                )
              )
            : dialect.link(input),
        read: (stream, input) => read(dialect, settings, stream, input),
        // Some banks end the consent before by themselves, others keep both.
        supersede: (replaced, by) =>
          Redacted.value(replaced.consentId) === Redacted.value(by.consentId)
            ? Effect.void
            : Effect.flatMap(ofInstitution(replaced, institution), dialect.revoke),
        // A grant that is gone or unreadable leaves nothing to end.
        revoke: (session) =>
          session.current.pipe(
            Effect.flatMap(({ grant }) => ofInstitution(grant, institution)),
            Effect.flatMap(dialect.revoke),
            Effect.catch((error) => (error.reason._tag === "ConsentRequired" ? Effect.void : Effect.fail(error)))
          )
      }
    })
  })
}
