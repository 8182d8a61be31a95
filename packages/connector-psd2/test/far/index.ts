/**
 * The sandbox's banks as subjects of the conformance suite, one for each dialect. The connector reaches them over HTTPS
 * with the host's certificate.
 */
import { Linking, type Linked, type Subject } from "@paymirror/connector-testing"
import type { Connector, ConnectorError, Link } from "@paymirror/core"
import { bankSide, type Far, host, redirectUrl } from "@paymirror/sandbox/far"
import type * as Effect from "effect/Effect"
import { layer, manifestOf } from "../../src/index.ts"
import { type Options, settings } from "../../src/Options.ts"
import { banks, type Spoken } from "./banks.ts"

const { credentials, town } = await host()

/** What a person does: names herself where she is asked to, and approves at the bank. Every step is `heard`. */
export const converse = (
  far: Far,
  heard: (step: Link.LinkStep<Connector.SealedGrant>) => void
): Effect.Effect<Linked, ConnectorError.ConnectorError, Connector.Connector> =>
  Linking.approved(({ approve, person, visit }: Far) => ({
    approve,
    visit,
    heard,
    values: { psuId: person.email }
  }))(far)

const subjectOf = (spoken: Spoken): Subject<Far> => {
  const { hasIssuer = false, record, refreshPath, under = "" } = spoken
  const origin = town.baseUrl(spoken.town)
  const options: Options = {
    institution: record,
    baseUrl: `${origin}${under}`,
    ...(hasIssuer && { issuer: origin }),
    redirectUrl,
    credentials,
    backoff: "1 millis"
  }
  const { hosts, institution } = settings(options)
  return {
    manifest: { ...manifestOf(institution), hosts },
    layer: layer(options),
    far: bankSide(spoken),
    link: (far) => converse(far, () => undefined),
    renews: refreshPath !== undefined,
    pages: spoken.inXml !== true
  }
}

export const subjects: ReadonlyArray<readonly [string, Subject<Far>]> = banks.map((spoken) => [
  spoken.record.id,
  subjectOf(spoken)
])
