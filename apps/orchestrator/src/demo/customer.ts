/**
 * A customer of a simulated bank who links an account: agrees, says who they are at the bank, and approves in its app or
 * on its page. They sit at an address that is reserved for examples (RFC 5737), as they are one.
 */
import type { StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { linkAccount } from "../linkAccount.ts"
import type { Person } from "../Person.ts"
import type { Stage } from "./Stage.ts"
import { wrap } from "../wrap.ts"
import { say } from "./telling.ts"

export interface Customer {
  readonly holder: string
  readonly institution: string
  /** Who they are at the bank. */
  readonly customer: string
  readonly email?: string
  /** How long they agree to; as long as the bank allows unless said. */
  readonly days?: number
  readonly settings?: Readonly<Record<string, string>>
  /** They have seen what is agreed to before; it is not shown again. */
  readonly brief?: boolean
}

const exampleAddress = "203.0.113.7"

const width = 96

const acting = (stage: Stage, { brief, customer, email = "", institution }: Customer): Person => ({
  say,
  agrees: (text) =>
    Effect.as(brief === true ? Effect.void : Effect.forEach(wrap(text, width), say, { discard: true }), true),
  enter: (step) =>
    Effect.succeed(Object.fromEntries(step.fields.map(({ name }) => [name, Redacted.make(email)] as const))),
  approve: () => Effect.sync(() => stage.banks.approve(institution, { customer })),
  visit: (step) =>
    Effect.andThen(
      say(`(${customer} opens ${new URL(step.url).host}, approves there, and is sent back)`),
      Effect.promise(() => stage.banks.visit(step.url, { customer }))
    )
})

/** Links, and gives what was read at once. */
export const join = (stage: Stage, customer: Customer) => {
  const streams: ReadonlyArray<StreamName.StreamName> = ["balance"]
  return linkAccount(
    {
      connector: "psd2",
      holder: customer.holder,
      settings: {
        institution: customer.institution,
        baseUrl: stage.banks.baseUrl(customer.institution),
        ...customer.settings
      },
      streams,
      days: customer.days ?? 365,
      attendedOnly: false,
      presence: { ipAddress: exampleAddress }
    },
    acting(stage, customer)
  )
}
