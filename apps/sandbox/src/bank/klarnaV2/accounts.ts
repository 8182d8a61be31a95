/** What Klarna's v2 lets a consent read: accounts, one account, its balances, its transactions. Nothing about cards. */
import type { Account } from "../Bank.ts"
import type { Answer, Asked } from "../BankServer.ts"
import { balancesOf } from "../berlin/spell.ts"
import type { Json } from "../berlin/spell.ts"
import type { Consent } from "../Consents.ts"
import { rowsOf } from "../Row.ts"
import type { Table } from "../Routes.ts"
import type { Listed } from "../Statement.ts"
import { declining, nextLink, wantedIn, withBalance } from "../Window.ts"
import type { Klarna } from "./Klarna.ts"
import { accountOf, reference, transactionOf } from "./spell.ts"

const inForce = (klarna: Klarna, asked: Asked): Consent => klarna.gate.inForce(asked, klarna.admitted(asked))

const shown = (klarna: Klarna, asked: Asked, consent: Consent, account: Account): Json => {
  const { bank, gate, quirks } = klarna
  return accountOf({ bank, quirks }, account, {
    resourceId: gate.resourceId(account, consent),
    origin: klarna.origin(),
    balances: gate.allows(consent, "balances", account),
    transactions: gate.allows(consent, "transactions", account),
    withBalance: withBalance(asked, quirks),
    owner: gate.allows(consent, "ownerName", account)
  })
}

const transactions = (klarna: Klarna, asked: Asked, id: string): Answer => {
  const { bank, gate, quirks, statement } = klarna
  const consent = inForce(klarna, asked)
  const wanted = wantedIn(asked, quirks)
  const reading = { resource: "transactions", right: "transactions", continues: wanted.page !== undefined }
  const account = gate.account(asked, consent, id, reading)
  const listed = statement.list(account, consent, wanted)
  if ("denied" in listed) throw declining(listed.denied)
  const scene = { bank, account, quirks, reads: listed.reads }
  const spelled = (entries: Listed["booked"]): ReadonlyArray<Json> =>
    rowsOf(scene, entries).map((row) => transactionOf(row, quirks))
  const next = nextLink(asked, quirks, listed.next, klarna.origin())
  const [booked, pending] = [spelled(listed.booked), spelled(listed.pending)]
  const lists = quirks.unknownArrays
    ? { booked, ...(wanted.pending ? { reserved: pending } : {}), cancelled: booked.slice(0, 1) }
    : { ...(wanted.booked ? { booked } : {}), ...(wanted.pending ? { pending } : {}) }
  return {
    status: 200,
    body: {
      account: reference(account),
      transactions: {
        ...lists,
        _links: {
          account: { href: `${klarna.origin()}/v2/accounts/${id}` },
          ...(next === undefined ? {} : { next: { href: next } })
        }
      },
      ...(withBalance(asked, quirks) ? { balances: balancesOf(bank, account, quirks) } : {})
    }
  }
}

export const accounts = (klarna: Klarna): Table => {
  const { bank, gate, quirks } = klarna
  const home = "/v2/accounts"
  return {
    [`GET ${home}`]: (asked) => {
      const consent = inForce(klarna, asked)
      gate.count(asked, consent, consent.customer ?? "", { resource: "accounts" })
      const those = gate.accounts(consent).filter((account) => gate.allows(consent, "accounts", account))
      return { status: 200, body: { accounts: those.map((account) => shown(klarna, asked, consent, account)) } }
    },
    [`GET ${home}/{account-id}`]: (asked, { "account-id": id = "" }) => {
      const consent = inForce(klarna, asked)
      const account = gate.account(asked, consent, id, { resource: "details", right: "accounts" })
      return { status: 200, body: { account: shown(klarna, asked, consent, account) } }
    },
    [`GET ${home}/{account-id}/balances`]: (asked, { "account-id": id = "" }) => {
      const account = gate.account(asked, inForce(klarna, asked), id, { resource: "balances", right: "balances" })
      return { status: 200, body: { account: reference(account), balances: balancesOf(bank, account, quirks) } }
    },
    [`GET ${home}/{account-id}/transactions`]: (asked, { "account-id": id = "" }) => transactions(klarna, asked, id)
  }
}
