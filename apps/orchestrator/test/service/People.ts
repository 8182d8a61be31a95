/**
 * Three invented people with everything an account can have, two of one tenant and one of another, each linked over the
 * simulated provider. What belongs to each can be recognised by ids that nobody else has.
 */
import { Sandbox } from "@paymirror/sandbox"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { Service } from "./Service.ts"

export interface Owned {
  readonly tenant: string
  readonly holderId: string
  readonly accountId: string
  readonly connectionId: string
  readonly consentId: string
  /** For each stream, the id of a row of the ledger (not of a figure the provider states). */
  readonly rows: Readonly<Record<string, string>>
  /** What nobody else may see: ids, and words of the person. */
  readonly marks: ReadonlyArray<string>
}

export interface People {
  readonly service: Service
  readonly alex: Owned
  /** Another person of the same tenant. */
  readonly robin: Owned
  /** A person of another tenant. */
  readonly kim: Owned
  readonly close: () => Promise<void>
}

const owned = async (service: Service, sandbox: Sandbox.RunningSandbox, person: string, tenant: string) => {
  const holderId = await service.holder(tenant, `reference-of-${person}`)
  const linked = await service.link(sandbox, person, holderId)
  const rows = await service.run(
    Effect.flatMap(
      SqlClient.SqlClient,
      (sql) => sql<{ stream: string; id: string; stated: number }>`SELECT stream, id,
        coalesce(json_extract(body, '$.rowType') <> 'entry', 0) AS stated
        FROM row JOIN account ON account.n = row.account WHERE account_id = ${linked.accountId} AND gone IS NULL`
    )
  )
  const entries = rows.filter(({ stated }) => stated === 0)
  const one: Owned = {
    tenant,
    holderId,
    ...linked,
    rows: Object.fromEntries(entries.map(({ id, stream }) => [stream, id])),
    marks: [
      holderId,
      linked.accountId,
      linked.connectionId,
      linked.consentId,
      `reference-of-${person}`,
      `${person}@example.com`,
      ...entries.map(({ id }) => id)
    ]
  }
  return one
}

export const people = async (): Promise<People> => {
  const sandbox = await Sandbox.start({ seed: 7 })
  // The same shops as Alex, and nothing of them the same.
  sandbox.world.addPerson({ id: "kim", givenName: "Kim", familyName: "Farrow" })
  sandbox.world.shop("kim", { merchant: "Bramble & Volt", amount: 12_000, plan: "pay_in_4" })
  const service = await Service.start()
  const alex = await owned(service, sandbox, "alex", "acme")
  const robin = await owned(service, sandbox, "robin", "acme")
  const kim = await owned(service, sandbox, "kim", "globex")
  await sandbox.close()
  return { service, alex, robin, kim, close: () => service.close() }
}
