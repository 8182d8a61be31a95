/**
 * The text a person agrees to before they are linked, stored word for word with the consent. What it promises, the engine
 * and the connector keep; a change of it is a new version. At a terminal the person is also the host; over the service
 * somebody else asks, and the text says who and what for.
 */
import type { Consent, Manifest, StreamName } from "@paymirror/core"
import type { Institution } from "@paymirror/connector-psd2/banks"
import { moneyHolderOf } from "./Connectors.ts"

/** Whoever asks over the service, by the name the person knows them by, and what for. */
export interface Asker {
  readonly name: string
  readonly purpose: string
}

export interface Asked {
  readonly manifest: Manifest.Manifest
  readonly institution: Institution | undefined
  readonly streams: ReadonlyArray<StreamName.StreamName>
  /** UTC instant at which reading ends at the latest. */
  readonly until: string
  readonly attendedOnly: boolean
  /** Absent where the person runs this program themselves. */
  readonly asker?: Asker | undefined
}

const day = (instant: string): string => instant.slice(0, 10)

const session = ({ asker, attendedOnly, manifest, streams, until }: Asked): string =>
  asker === undefined
    ? `You let this paymirror read your own account at ${manifest.name}: ${streams.join(", ")}. It keeps a copy in your database, ` +
      `until ${day(until)} or until you withdraw (paymirror withdraw), which ends it at once. ` +
      `It only reads, and it never asks for your password.`
    : [
        `You let ${asker.name} read your own account at ${manifest.name}, through paymirror: ${streams.join(", ")}.`,
        ...lines(asker, until),
        ...(attendedOnly ? ["It is read only while you are there and say so."] : []),
        "It is only read, and your password is never asked for."
      ].join(" ")

/** What a tenant's person is told, whatever the route. */
const lines = ({ name, purpose }: Asker, until: string): ReadonlyArray<string> => [
  `What for: ${purpose}.`,
  `A copy is kept until ${day(until)} or until you withdraw, which you do at ${name} and which ends it at once.`
]

const paymentAccount = (asked: Asked, institution: Institution): string => {
  const { asker, attendedOnly, manifest, streams, until } = asked
  const { budget, consent, name } = institution
  const holder = moneyHolderOf(institution)
  const sentences: ReadonlyArray<string> = [
    `You let ${asker?.name ?? "this paymirror"} read your own payment account at ${name}${holder === undefined ? "" : `, held by ${holder}`}${asker === undefined ? "" : ", through paymirror"}: ${streams.join(", ")}.`,
    holder === undefined ? "Which of its companies holds the money is not verified." : "",
    "This is account information only: it cannot pay, move money or change anything.",
    institution.dialect === "enable-banking"
      ? "Enable Banking stands in between, holds the licence, and sees the data on its way."
      : "",
    "You approve at the bank itself, in its app or on its page; your password is never asked for here.",
    attendedOnly
      ? "It reads only while you are there and say so."
      : `While you are away it reads at most ${budget.reads} times in any ${budget.hours} hours.`,
    ...(asker === undefined
      ? [
          `It keeps a copy in your database, until ${day(until)} or until you withdraw (paymirror withdraw), which ends it at once.`
        ]
      : lines(asker, until)),
    `An approval at this bank lasts ${manifest.consent?.maxDays ?? consent.maxDays} days at most; then you approve anew.`,
    consent.reconfirmDays === undefined
      ? ""
      : `Every ${consent.reconfirmDays} days you say ${asker === undefined ? "here that it may go on (paymirror reconfirm)" : `at ${asker.name} that it may go on`}; until you do, nothing is read without you.`,
    `Once you approve, an approval you gave ${asker === undefined ? "this paymirror" : "them through this paymirror"} at the same bank before comes to its end.`
  ]
  return sentences.filter((sentence) => sentence !== "").join(" ")
}

export const notice = (asked: Asked): Consent.Consent["notice"] => ({
  text: asked.institution === undefined ? session(asked) : paymentAccount(asked, asked.institution),
  version: `${asked.asker === undefined ? "" : "service-"}${asked.institution === undefined ? "1" : "psd2-1"}`,
  language: "en"
})
