/** What a Berlin Group 1.3 bank lets a consent read: accounts and card accounts, balances, transactions, one of them. */
import type { Account } from "../Bank.ts"
import type { Answer, Asked } from "../BankServer.ts"
import type { Consent } from "../Consents.ts"
import { Declined } from "../Declined.ts"
import { camt052 } from "../report/camt052.ts"
import { mt940 } from "../report/mt940.ts"
import { rowsOf } from "../Row.ts"
import type { Row } from "../Row.ts"
import type { Table } from "../Routes.ts"
import type { Listed } from "../Statement.ts"
import { declining, nextLink, wantedIn, withBalance } from "../Window.ts"
import type { Berlin } from "./Berlin.ts"
import { accountOf, balancesOf, cardTransactionOf, link, reference, transactionOf } from "./spell.ts"
import type { Json } from "./spell.ts"

interface Kind {
  readonly path: "accounts" | "card-accounts"
  readonly card: boolean
  readonly list: string
  readonly single: string
  readonly reference: string
  readonly transactions: string
}

const kinds: ReadonlyArray<Kind> = [
  {
    path: "accounts",
    card: false,
    list: "accounts",
    single: "account",
    reference: "account",
    transactions: "transactions"
  },
  {
    path: "card-accounts",
    card: true,
    list: "cardAccounts",
    single: "cardAccount",
    reference: "cardAccount",
    transactions: "cardTransactions"
  }
]

const isOf = (kind: Kind, account: Account): boolean => (account.kind === "card") === kind.card

const inForce = (berlin: Berlin, asked: Asked): Consent => {
  const client = berlin.admitted(asked)
  const consent = berlin.gate.inForce(asked, client)
  if (berlin.options.approach === "oauth") berlin.tokens.check(asked, consent)
  return consent
}

const shown = (berlin: Berlin, asked: Asked, consent: Consent, account: Account): Json => {
  const { bank, gate, quirks } = berlin
  return accountOf({ bank, quirks }, account, gate.resourceId(account, consent), {
    balances: gate.allows(consent, "balances", account),
    transactions: gate.allows(consent, "transactions", account),
    withBalance: withBalance(asked, quirks),
    owner: consent.rights.includes("ownerName")
  })
}

const one = (
  berlin: Berlin,
  asked: Asked,
  kind: Kind,
  id: string | undefined,
  reading: Parameters<Berlin["gate"]["account"]>[3]
) => {
  const consent = inForce(berlin, asked)
  const account = berlin.gate.account(asked, consent, id ?? "", reading)
  if (!isOf(kind, account)) throw new Declined(404, { code: "RESOURCE_UNKNOWN" })
  return { account, consent }
}

const spelledRow = (berlin: Berlin, kind: Kind, account: Account, row: Row): Json =>
  kind.card ? cardTransactionOf(row, account, berlin.quirks) : transactionOf(row, berlin.quirks)

const report = (berlin: Berlin, asked: Asked, kind: Kind, account: Account, listed: Listed, home: string): Json => {
  const { bank, quirks } = berlin
  const wanted = wantedIn(asked, quirks)
  const scene = { bank, account, quirks, reads: listed.reads }
  const spelled = (entries: Listed["booked"]): ReadonlyArray<Json> =>
    rowsOf(scene, entries, { debitsPositive: kind.card }).map((row) => spelledRow(berlin, kind, account, row))
  const next = nextLink(asked, quirks, listed.next, "")
  const [booked, pending] = [spelled(listed.booked), spelled(listed.pending)]
  const lists = quirks.unknownArrays
    ? { booked, ...(wanted.pending ? { reserved: pending } : {}), cancelled: booked.slice(0, 1) }
    : { ...(wanted.booked ? { booked } : {}), ...(wanted.pending ? { pending } : {}) }
  return {
    [kind.reference]: reference(account),
    ...(kind.card ? { debitAccounting: true } : {}),
    [kind.transactions]: {
      ...lists,
      _links: { [kind.reference]: link(home), ...(next === undefined ? {} : { next: link(next) }) }
    },
    ...(withBalance(asked, quirks) ? { balances: balancesOf(bank, account, quirks, kind.card) } : {})
  }
}

const written = (berlin: Berlin, asked: Asked, account: Account, listed: Listed): Answer => {
  const accept = asked.headers["accept"] ?? ""
  const subject = { bank: berlin.bank, account, entries: listed.booked.toReversed(), pending: listed.pending }
  return accept.includes("text/plain")
    ? { status: 200, body: mt940(subject), headers: { "content-type": "text/plain; charset=utf-8" } }
    : { status: 200, body: camt052(subject), headers: { "content-type": "application/xml; charset=utf-8" } }
}

const transactions = (berlin: Berlin, asked: Asked, kind: Kind, id: string | undefined): Answer => {
  const { gate, options, quirks, statement } = berlin
  const wanted = wantedIn(asked, quirks)
  const reading = { resource: "transactions", right: "transactions", continues: wanted.page !== undefined }
  const { account, consent } = one(berlin, asked, kind, id, reading)
  const text = !kind.card && (quirks.answersXml || options.reports === "camt")
  const accept = asked.headers["accept"] ?? "*/*"
  if (!text && !/json|\*\/\*|application\/\*/.test(accept))
    throw new Declined(406, { code: "REQUESTED_FORMATS_INVALID" })
  const listed = statement.list(account, consent, wanted, text ? Infinity : undefined)
  if ("denied" in listed) throw declining(listed.denied)
  if (text) return written(berlin, asked, account, listed)
  const home = `/v1/${kind.path}/${gate.resourceId(account, consent)}`
  return { status: 200, body: report(berlin, asked, kind, account, listed, home) }
}

const details = (
  berlin: Berlin,
  asked: Asked,
  kind: Kind,
  id: string | undefined,
  transactionId: string | undefined
): Answer => {
  const { bank, quirks } = berlin
  const { account } = one(berlin, asked, kind, id, { resource: "details", right: "transactions" })
  const entry = bank.ledger(account.id).find(({ wireId }) => wireId === transactionId)
  if (entry === undefined) throw new Declined(404, { code: "RESOURCE_UNKNOWN" })
  const [row] = rowsOf({ bank, account, quirks, reads: 1 }, [entry])
  return { status: 200, body: { transactionsDetails: row === undefined ? {} : transactionOf(row, quirks) } }
}

const table = (berlin: Berlin, kind: Kind): Table => {
  const { bank, gate, quirks } = berlin
  const home = `/v1/${kind.path}`
  return {
    [`GET ${home}`]: (asked) => {
      const consent = inForce(berlin, asked)
      gate.count(asked, consent, consent.customer ?? "", { resource: kind.list })
      const those = gate
        .accounts(consent)
        .filter((account) => isOf(kind, account) && gate.allows(consent, "accounts", account))
      return { status: 200, body: { [kind.list]: those.map((account) => shown(berlin, asked, consent, account)) } }
    },
    [`GET ${home}/{account-id}`]: (asked, { "account-id": id }) => {
      const { account, consent } = one(berlin, asked, kind, id, { resource: "details", right: "accounts" })
      return { status: 200, body: { [kind.single]: shown(berlin, asked, consent, account) } }
    },
    [`GET ${home}/{account-id}/balances`]: (asked, { "account-id": id }) => {
      const { account } = one(berlin, asked, kind, id, { resource: "balances", right: "balances" })
      return {
        status: 200,
        body: {
          [kind.reference]: reference(account),
          ...(kind.card ? { debitAccounting: true } : {}),
          balances: balancesOf(bank, account, quirks, kind.card)
        }
      }
    },
    [`GET ${home}/{account-id}/transactions`]: (asked, { "account-id": id }) => transactions(berlin, asked, kind, id),
    ...(kind.card
      ? {}
      : {
          [`GET ${home}/{account-id}/transactions/{transactionId}`]: (asked, { "account-id": id, transactionId }) =>
            details(berlin, asked, kind, id, transactionId)
        })
  }
}

export const accounts = (berlin: Berlin): Table =>
  Object.assign({}, ...kinds.map((kind) => table(berlin, kind))) as Table
