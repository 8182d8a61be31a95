/** `paymirror doctor`: whether the mirror is sound, and what to do where it is not. */
import { Connections, Mirror, Seal, type SealStatus } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as Command from "effect/cli/Command"
import * as Connectors from "../Connectors.ts"
import * as Credentials from "../Credentials.ts"
import { codes, Refusal } from "../Exit.ts"
import * as Home from "../Home.ts"
import * as MasterKey from "../MasterKey.ts"
import { answer, root, withMirror } from "../root.ts"
import { section } from "../Sections.ts"
import { migrate } from "../service/migrations.ts"
import { seen } from "../seen.ts"
import { render } from "../Table.ts"
import { toLink } from "../toLink.ts"
import * as Endpoints from "../webhooks/Endpoints.ts"

interface Finding {
  readonly ok: boolean
  readonly what: string
  readonly detail: string
}

const good = (what: string, detail: string): Finding => ({ ok: true, what, detail })
const bad = (what: string, detail: string): Finding => ({ ok: false, what, detail })

/** What this host may show banks: for those that are linked, and in general. */
const credentials = (institutions: ReadonlySet<string>) =>
  Effect.gen(function* () {
    const found = yield* Effect.forEach([undefined, ...institutions], (institution) => Credentials.pieces(institution))
    const pieces = new Map(found.flat().map((piece) => [piece.where, piece]))
    if (pieces.size === 0) return [good("credentials", `none for banks in ${yield* Credentials.folder}`)]
    return [...pieces.values()].map(({ trouble, until, what, where }) =>
      trouble === undefined
        ? good(what, `${until === undefined ? "" : `until ${until.slice(0, 10)}, `}${where}`)
        : bad(what, `${where}: ${trouble}`)
    )
  })

const keys = (status: SealStatus): ReadonlyArray<Finding> => {
  const count = (...states: ReadonlyArray<SealStatus["keys"][number]["state"]>) =>
    status.keys
      .flatMap(({ dataKeys, state }) => (states.includes(state) ? [dataKeys] : []))
      .reduce((sum, n) => sum + n, 0)
  const lost = status.keys.flatMap(({ id, state }) => (state === "missing" ? [id] : []))
  const older = count("standby", "retired")
  const unneeded = MasterKey.unneeded(status)
  return [
    ...(lost.length === 0
      ? []
      : [
          bad("master key", `${count("missing")} data keys stand on ${lost.join(", ")}, which is not here; put it back`)
        ]),
    older > 0
      ? good("master key", `${older} data keys still need an older key: paymirror master-key rotate`)
      : unneeded.length > 0
        ? good("master key", `nothing needs ${unneeded.join(", ")} any more: paymirror master-key drop`)
        : good("master key", `${count("active")} data keys stand on the active key`)
  ]
}
/** Endpoints that are not told, for whoever runs the service; by id, since an address is its owner's. */
const webhooks = Effect.gen(function* () {
  yield* migrate
  return (yield* Endpoints.troubled).flatMap(({ detail, failed, status, webhookEndpointId }) => {
    const name = `webhook ${webhookEndpointId}`
    if (status === "disabled") return [bad(name, `disabled: ${detail ?? "?"} Its owner has to enable it again`)]
    return failed === 0 ? [] : [good(name, `${failed} deliveries were given up; they can be replayed`)]
  })
})

const examine = Effect.gen(function* () {
  const { db } = yield* root
  const sql = yield* SqlClient.SqlClient
  const connections = yield* Connections
  const findings: Array<Finding> = [good("runtime", `Node ${process.versions.node}`)]
  const [check] = yield* sql<{ quick_check: string }>`PRAGMA quick_check`
  const file = yield* Home.database(db)
  findings.push(
    check?.quick_check === "ok"
      ? good("database", file)
      : bad("database", `${file}: ${check?.quick_check ?? "no answer"}; restore a backup`)
  )
  findings.push(...keys(yield* (yield* Seal).status))
  const banks: Array<string> = []
  for (const one of yield* connections.list) {
    const { institution } = one.settings
    if (institution !== undefined) banks.push(institution)
    const name = `connection ${institution ?? one.connector}`
    const opens = yield* Effect.isSuccess(connections.accounts(one.connectionId))
    if (!opens)
      findings.push(bad(name, "was sealed with another key; set PAYMIRROR_KEY_FILE to the key it was linked with"))
    else if (Connectors.isExport(one.connector)) findings.push(good(name, "imported"))
    else if (one.status === "active")
      findings.push(good(name, `active, consent until ${one.consent?.expiresAt.slice(0, 10) ?? "?"}`))
    else if (one.status === "revoked") findings.push(good(name, "withdrawn"))
    else findings.push(bad(name, `${one.detail ?? one.status}. Link again: ${toLink(one)}`))
  }
  findings.push(...(yield* credentials(new Set(banks))))
  for (const run of yield* Mirror.lastRuns) {
    if (run.finishedAt === null)
      findings.push(
        bad(`run ${run.stream}`, `started ${run.startedAt} and did not finish; paymirror sync goes on from there`)
      )
    else if (run.outcome === "Throttled") findings.push(good(`run ${run.stream}`, `waits until ${run.detail ?? "?"}`))
    else if (run.outcome !== "CaughtUp")
      findings.push(bad(`run ${run.stream}`, `${run.outcome ?? "?"}: ${run.detail ?? ""}`))
  }
  findings.push(...(yield* webhooks))
  const quarantined = (yield* Mirror.quarantined).length
  findings.push(
    quarantined === 0
      ? good("quarantine", "empty")
      : bad("quarantine", `${quarantined} rows could not be read: paymirror quarantine`)
  )
  const gaps = yield* Mirror.discrepancies
  yield* seen({
    command: "doctor",
    streams: gaps.map(({ stream }) => stream),
    accountIds: gaps.map(({ accountId }) => accountId),
    count: gaps.length
  })
  for (const gap of gaps) {
    findings.push(bad(`${gap.stream} ${gap.name}`, `${gap.place}: expected ${gap.expected}, found ${gap.actual}`))
  }
  for (const one of yield* Mirror.drift) {
    findings.push(
      good("drift", `${one.connector} ${one.stream}: ${one.kind.replace("_", " ")} ${one.path}, seen ${one.seen} times`)
    )
  }
  return findings
})

export const doctor = Command.make(
  "doctor",
  {},
  Effect.fn(function* () {
    const findings = yield* withMirror(examine)
    const sound = findings.every((finding) => finding.ok)
    yield* answer(
      { sound, findings, connectors: Connectors.manifests.map(({ id, maturity, route }) => ({ id, route, maturity })) },
      (room) =>
        [
          render(
            [
              { title: "", of: (row) => (row.ok ? "ok" : "!!") },
              { title: "what", of: (row) => row.what },
              { title: "finding", of: (row) => row.detail }
            ],
            findings,
            room
          ),
          // A table cuts what to do about it, and lines would break a command that is to be copied.
          ...section(
            "What to do",
            findings.filter(({ ok }) => !ok).map(({ detail, what }) => `  ${what}: ${detail}`)
          )
        ].join("\n")
    )
    if (!sound) return yield* new Refusal({ message: "Something needs attention.", code: codes.failed })
  })
).pipe(Command.withDescription("Check the database, the connections and what the mirror holds"))
