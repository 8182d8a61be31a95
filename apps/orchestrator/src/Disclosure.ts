/**
 * What whoever runs this program tells everybody who agrees, kept with each consent: who answers for the data, who else
 * gets it, where it is, and under whose law. A person who runs it for themselves needs none of it.
 */
import type { Consent } from "@paymirror/core"
import { HostDisclosure } from "@paymirror/sync"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

const text = (name: string) =>
  Effect.map(Effect.orDie(Config.option(Config.String(name))), (found) => {
    const stated = Option.getOrUndefined(found)?.trim()
    return stated === "" ? undefined : stated
  })

const list = (all: string | undefined): ReadonlyArray<string> | undefined =>
  all
    ?.split(";")
    .map((one) => one.trim())
    .filter((one) => one !== "")

const stated = Effect.gen(function* () {
  const name = yield* text("PAYMIRROR_CONTROLLER")
  const address = yield* text("PAYMIRROR_CONTROLLER_ADDRESS")
  const contact = yield* text("PAYMIRROR_CONTROLLER_CONTACT")
  const jurisdiction = yield* text("PAYMIRROR_JURISDICTION")
  const [place, ...places] = list(yield* text("PAYMIRROR_STORAGE")) ?? []
  const recipients = yield* text("PAYMIRROR_RECIPIENTS")
  const disclosure: Consent.Disclosure = {
    ...(name !== undefined && {
      controller: { name, ...(address !== undefined && { address }), ...(contact !== undefined && { contact }) }
    }),
    ...(recipients !== undefined && { recipients: recipients === "none" ? [] : (list(recipients) ?? []) }),
    ...(place !== undefined && { storage: [place, ...places] }),
    ...(jurisdiction !== undefined && { jurisdiction })
  }
  return disclosure
})

export const layer = Layer.effect(HostDisclosure, stated)
