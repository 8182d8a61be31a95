/**
 * SWIFT MT940 and MT942 text, which some banks answer with whatever is asked for. No kept library reads it (those on npm
 * have not moved in years), and its free-text fields differ from bank to bank: it is recognised and set aside whole, so
 * that nothing is lost and nothing is guessed.
 */
import type { Page } from "../Entry.ts"
import { setAside } from "./Report.ts"

/** A message begins with its reference, after blocks in braces where the envelope was kept. */
const message = /^\s*(?:\{\d:[\s\S]{0,400}?)?:20:/

export const is = (text: string): boolean => message.test(text.slice(0, 1000))

const kindOf = (text: string): string => (/^:(?:34F|90[CD]):/m.test(text) ? "MT942" : "MT940")

export const page = (text: string): Page =>
  setAside(`the bank answered with ${kindOf(text)} text, which is not read; ask it for application/json or camt`, text)
