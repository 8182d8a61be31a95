/**
 * What a person is asked for before consent is: their IBAN where a bank wants the account named, their e-mail or customer
 * number where the bank has to know whom to ask. Never a password, and nothing of it is kept in the conversation.
 */
import { type Access, type ConnectorError, Instant, type Link } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Institution } from "../../Institution.ts"
import { foreign } from "../foreign.ts"

export interface Asked {
  readonly iban?: string
  readonly psuId?: string
}

const iban = { name: "iban", label: "IBAN", secret: false } as const

/** Nothing where the bank can do without. */
const fieldsOf = ({ quirks }: Institution, psuLabel: string): ReadonlyArray<Link.PromptField> => [
  ...(quirks?.psuIdHeader === undefined ? [] : [{ name: "psuId", label: psuLabel, secret: false }]),
  ...(quirks?.access === "named" ? [iban] : [])
]

const wellFormed = /^[A-Z]{2}\d{2}[A-Z0-9]{1,30}$/

/** The remainder of a number too long for a number, digit by digit. */
const isIban = (text: string): boolean => {
  if (!wellFormed.test(text)) return false
  const digits = `${text.slice(4)}${text.slice(0, 4)}`.replaceAll(/[A-Z]/g, (letter) =>
    String(letter.charCodeAt(0) - 55)
  )
  let rest = 0
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97
  return rest === 1
}

/** What was entered, or the name of the field that cannot be right. */
const read = (
  fields: ReadonlyArray<Link.PromptField>,
  values: Readonly<Record<string, Redacted.Redacted<string>>>
): Asked | string => {
  const asked: Record<string, string> = {}
  for (const { name } of fields) {
    const value = values[name]
    const entered = value === undefined ? "" : Redacted.value(value).trim()
    const text = name === "iban" ? entered.replaceAll(" ", "").toUpperCase() : entered
    // A header takes no line breaks, and nobody's e-mail has any.
    if (text === "" || /[^\x20-\x7E]/.test(text) || (name === "iban" && !isIban(text))) return name
    asked[name] = text
  }
  return asked
}

/** The days a consent is asked for, from today. */
export const validTo = ({ consent }: Institution): Effect.Effect<string> =>
  Effect.map(Clock.currentTimeMillis, (now) =>
    Instant.utcDate(Instant.fromEpochMillis(now + consent.maxDays * 86_400_000))
  )

/** The last moment of the day a bank names; a year like 9999 means that it names none. */
export const endOf = (day: string | null | undefined): Instant.Instant | undefined =>
  typeof day === "string" && !day.startsWith("9999") ? Instant.parse(`${day.slice(0, 10)}T23:59:59Z`) : undefined

const prompted = "prompted"

const prompt = (
  { name }: Institution,
  fields: ReadonlyArray<Link.PromptField>,
  wrong?: string
): Link.LinkStep<never> => ({
  _tag: "Prompt",
  message:
    wrong === undefined
      ? `To find your account at ${name}`
      : `That cannot be right (${wrong}). To find your account at ${name}`,
  fields,
  state: prompted
})

/** The steps before a consent is asked for: what has to be known is prompted for, and begun with. Nothing for later ones. */
export const opening = <G>(
  institution: Institution,
  psuLabel: string,
  begin: (
    asked: Asked,
    presence: Access.Presence | undefined
  ) => Effect.Effect<Link.LinkStep<G>, ConnectorError.ConnectorError>
) => {
  const fields = fieldsOf(institution, psuLabel)
  return ({
    answer,
    presence,
    state
  }: Link.LinkInput): Effect.Effect<Link.LinkStep<G>, ConnectorError.ConnectorError> | undefined => {
    if (answer._tag === "Start") {
      return fields.length === 0 ? begin({}, presence) : Effect.succeed(prompt(institution, fields))
    }
    if (answer._tag !== "Entered") return undefined
    const asked = state === prompted ? read(fields, answer.values) : undefined
    if (asked === undefined) return foreign
    return typeof asked === "string" ? Effect.succeed(prompt(institution, fields, asked)) : begin(asked, presence)
  }
}
