/**
 * Why a command could not do what was asked, in words for the person at the terminal, and the exit code that says the
 * same to a script.
 */
import { ConnectorError } from "@paymirror/core"
import type { Outcome } from "@paymirror/sync"
import * as Runtime from "effect/Runtime"
import * as Schema from "effect/Schema"
import * as CliError from "effect/cli/CliError"
import { say } from "./outcomeWords.ts"

/** 0 is done, 1 is our own failure or a finding (`doctor`), 2 is a wrong use of the command line. */
export const codes = {
  failed: 1,
  usage: 2,
  personNeeded: 3,
  tryLater: 4,
  inputRefused: 5,
  /** Whoever runs this has something to set up: a certificate, a licence, a key. */
  configuration: 6
} as const

export type Code = (typeof codes)[keyof typeof codes]

export class Refusal extends Schema.TaggedError<Refusal>()("Refusal", {
  message: Schema.String,
  code: Schema.Literals([1, 2, 3, 4, 5, 6])
}) {
  override readonly [Runtime.errorReported] = false
  override get [Runtime.errorExitCode](): number {
    return this.code
  }
  override get [CliError.userMessage](): string {
    return this.message
  }
}

/** A connector's refusal, with the next step. */
export const fromConnector = (error: ConnectorError.ConnectorError): Refusal => {
  const { reason } = error
  switch (reason._tag) {
    case "ConsentRequired":
      return new Refusal({
        message: `${error.message}. To try once more, run the command again.`,
        code: codes.personNeeded
      })
    case "InteractionRequired":
      return new Refusal({
        message: `${error.message}. Open the provider's app, do what it asks, then run the command again.`,
        code: codes.personNeeded
      })
    case "RateLimited":
    case "ProviderUnavailable":
      return new Refusal({
        message: `${error.message}. Nothing is lost; run the command again later.`,
        code: codes.tryLater
      })
    case "UnexpectedResponse":
      return new Refusal({
        message: `${error.message}. Nothing was linked. If you named an address (--base-url), look whether it is the right one.`,
        code: codes.failed
      })
    case "ConfigurationRequired":
      return new Refusal({
        message: `${error.message}. This is for whoever runs this program; \`paymirror doctor\` says what is there.`,
        code: codes.configuration
      })
    case "UnsupportedFile":
      return new Refusal({ message: `${reason.detail}\n${asFlags(reason.hint)}`, code: codes.inputRefused })
  }
}

/** A connector speaks of its options by name (`dateOrder`); at a terminal they are flags. */
const asFlags = (hint: string): string =>
  hint.replaceAll(
    /the option (\w+)/g,
    (_, name: string) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  )

/** The exit code of a run that did not catch up; `undefined` where it did. */
export const codeOf = (outcome: Outcome): Code | undefined => {
  switch (outcome._tag) {
    case "CaughtUp":
      return undefined
    case "Busy":
    case "Throttled":
      return codes.tryLater
    case "NotPermitted":
      return codes.personNeeded
    case "Stopped": {
      const { code } = fromConnector(new ConnectorError.ConnectorError({ connector: "", reason: outcome.reason }))
      return code === codes.usage ? codes.failed : code
    }
  }
}

const severity: ReadonlyArray<Code> = [1, 2, 6, 3, 4, 5]

/** The worst of several: what was refused or broke before what only has to wait. */
export const worst = (outcomes: ReadonlyArray<Outcome>): Code | undefined =>
  outcomes
    .map(codeOf)
    .filter((code) => code !== undefined)
    .toSorted((one, two) => severity.indexOf(one) - severity.indexOf(two))[0]

const names: { readonly [Tag in Outcome["_tag"]]: string } = {
  CaughtUp: "up to date",
  Busy: "busy",
  Throttled: "waits",
  NotPermitted: "not read",
  Stopped: "stopped"
}

/** An outcome in a word or three. */
export const nameOutcome = (outcome: Outcome): string => names[outcome._tag]

/** One line about an outcome, and what to do at a terminal. */
export const sayOutcome = (outcome: Outcome): string =>
  say(outcome, {
    budget: "Name where you are to read now: paymirror sync --address IP",
    presence: "Name where you are to go on: paymirror sync --address IP",
    confirmation: "Confirm to go on: paymirror reconfirm CONNECTION",
    consent: "Link again to go on"
  })
