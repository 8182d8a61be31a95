/**
 * What PayPal's exports have in common: its type words and whether their rows move the balance. Decided by the balance
 * column of real files: a pending bank deposit, a pending withdrawal, a hold and even a denied reversal all move it; an
 * authorization never does, because the payment it becomes is a row of its own.
 */
import type { Balance } from "@paymirror/core"
import type { Format, TypeRule, Words } from "@paymirror/connector-csv/format"

const types: Words<TypeRule> = {
  "express checkout payment": { is: "payment" },
  "preapproved payment bill user payment": { is: "payment" },
  "subscription payment": { is: "payment" },
  "general payment": { is: "payment" },
  "mass pay payment": { is: "payment" },
  "mobile payment": { is: "payment" },
  "donation payment": { is: "payment" },
  "general paypal debit card transaction": { is: "payment" },
  "general buyer credit payment": { is: "payment" },
  "paypal buyer credit payment funding": { is: "top_up" },
  "payment refund": { is: "refund" },
  "general card deposit": { is: "top_up" },
  "bank deposit to pp account": { is: "top_up", moves: "always" },
  "user initiated withdrawal": { is: "withdrawal", moves: "always" },
  "general card withdrawal": { is: "withdrawal" },
  "general withdrawal - bank account": { is: "withdrawal" },
  "general currency conversion": { is: "exchange" },
  "account hold for open authorization": { is: "adjustment", moves: "always" },
  "reversal of general account hold": { is: "adjustment", moves: "always" },
  "reversal of ach deposit": { is: "adjustment", moves: "always" },
  "reversal of ach withdrawal transaction": { is: "adjustment", moves: "always" },
  "general authorization": { is: "payment", moves: "never" },
  "invoice received": { is: "other", skip: true },
  "express-zahlung": { is: "payment" },
  "paypal express-zahlung": { is: "payment" },
  "website-zahlung": { is: "payment" },
  "allgemeine zahlung": { is: "payment" },
  "handyzahlung": { is: "payment" },
  "rückzahlung": { is: "refund" },
  "allgemeine gutschrift auf kreditkarte": { is: "top_up" },
  "bankgutschrift auf paypal-konto": { is: "top_up", moves: "always" },
  "von nutzer eingeleitete abbuchung": { is: "withdrawal", moves: "always" },
  "allgemeine abbuchung": { is: "withdrawal" },
  "allgemeine währungsumrechnung": { is: "exchange" },
  "einbehaltung für offene autorisierung": { is: "adjustment", moves: "always" },
  "rückbuchung allgemeiner einbehaltung": { is: "adjustment", moves: "always" },
  "allgemeine autorisierung": { is: "payment", moves: "never" }
}

const statuses: Words<Balance.EntryStatus> = {
  "completed": "BOOKED",
  "pending": "PENDING",
  "denied": "REJECTED",
  "canceled": "REJECTED",
  "cancelled": "REJECTED",
  "expired": "REJECTED",
  "voided": "REJECTED",
  "removed": "REJECTED",
  "reversed": "BOOKED",
  "refunded": "BOOKED",
  "partially refunded": "BOOKED",
  "paid": "BOOKED",
  "abgeschlossen": "BOOKED",
  "ausstehend": "PENDING"
}

/** An id alone is not unique: a conversion has one per currency, an authorization comes back under its own. */
export const shared = {
  provider: "paypal",
  providerName: "PayPal",
  legalEntities: { US: "PayPal, Inc.", GB: "PayPal UK Ltd", DE: "PayPal (Europe) S.à r.l. et Cie, S.C.A." },
  streams: ["balance"],
  change: "net",
  identity: { by: "id", fields: ["id", "type", "date", "currency"] },
  prefix: "paypal",
  types,
  statuses: { balance: statuses },
  impacts: { debit: true, credit: true, memo: false, soll: true, haben: true }
} satisfies Partial<Format>
