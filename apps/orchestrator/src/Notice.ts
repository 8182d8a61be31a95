/**
 * The text a person agrees to before they are linked, stored word for word with the consent. What it promises, the engine
 * and the connector keep; a change of it is a new version.
 */
import type { Consent, Manifest, StreamName } from "@paymirror/core"
import type { Institution } from "@paymirror/connector-psd2/banks"
import { moneyHolderOf } from "./Connectors.ts"

export interface Asked {
  readonly manifest: Manifest.Manifest
  readonly institution: Institution | undefined
  readonly streams: ReadonlyArray<StreamName.StreamName>
  /** UTC instant at which reading ends at the latest. */
  readonly until: string
  readonly attendedOnly: boolean
}

const session = ({ manifest, streams, until }: Asked): string =>
  `You let this paymirror read your own account at ${manifest.name}: ${streams.join(", ")}. It keeps a copy in your database, ` +
  `until ${until.slice(0, 10)} or until you withdraw (paymirror withdraw), which ends it at once. ` +
  `It only reads, and it never asks for your password.`

const paymentAccount = (asked: Asked, institution: Institution): string => {
  const { attendedOnly, manifest, streams, until } = asked
  const { budget, consent, name } = institution
  const holder = moneyHolderOf(institution)
  const sentences: ReadonlyArray<string> = [
    `You let this paymirror read your own payment account at ${name}${holder === undefined ? "" : `, held by ${holder}`}: ${streams.join(", ")}.`,
    holder === undefined ? "Which of its companies holds the money is not verified." : "",
    "This is account information only: it cannot pay, move money or change anything.",
    institution.dialect === "enable-banking"
      ? "Enable Banking stands in between, holds the licence, and sees the data on its way."
      : "",
    "You approve at the bank itself, in its app or on its page; your password is never asked for here.",
    attendedOnly
      ? "It reads only while you are there and say so."
      : `While you are away it reads at most ${budget.reads} times in any ${budget.hours} hours.`,
    `It keeps a copy in your database, until ${until.slice(0, 10)} or until you withdraw (paymirror withdraw), which ends it at once.`,
    `An approval at this bank lasts ${manifest.consent?.maxDays ?? consent.maxDays} days at most; then you approve anew.`,
    consent.reconfirmDays === undefined
      ? ""
      : `Every ${consent.reconfirmDays} days you say here that it may go on (paymirror reconfirm); until you do, nothing is read without you.`,
    "Once you approve, an approval you gave this paymirror at the same bank before comes to its end."
  ]
  return sentences.filter((sentence) => sentence !== "").join(" ")
}

export const notice = (asked: Asked): Consent.Consent["notice"] => ({
  text: asked.institution === undefined ? session(asked) : paymentAccount(asked, asked.institution),
  version: asked.institution === undefined ? "1" : "psd2-1",
  language: "en"
})
