/**
 * The state of one authorisation (`scaStatus`) at banks of the Berlin Group, which is not the consent's. Read whatever its
 * case and with or without underscores; a word nobody knows is `unknown`.
 */
import { lookUp } from "./word.ts"

/** `confirm` wants a call of ours that hands over what the person came back with. */
export type Sca = "waiting" | "confirm" | "done" | "failed" | "unknown"

const words: Readonly<Record<string, Sca>> = {
  received: "waiting",
  psuidentified: "waiting",
  psuauthenticated: "waiting",
  scamethodselected: "waiting",
  started: "waiting",
  unconfirmed: "confirm",
  finalised: "done",
  finalized: "done",
  exempted: "done",
  failed: "failed"
}

export const of = (word: string): Sca => lookUp(words, word) ?? "unknown"
