/** `paymirror institutions`: the banks that are known, how sure that is, and what this host lacks for each. */
import type { Institution } from "@paymirror/connector-psd2/banks"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Connectors from "../Connectors.ts"
import { countryOf } from "../countryOf.ts"
import { answer, progress } from "../root.ts"
import { type Said, section, together } from "../Sections.ts"
import { type Column, render } from "../Table.ts"

/** A bank as it is answered to machines. */
export interface Listed extends Pick<
  Institution,
  "id" | "name" | "provider" | "market" | "maturity" | "dialect" | "version" | "approval"
> {
  /** Absent where nobody has verified it. */
  readonly legalEntity: string | undefined
  readonly connector: string
  readonly missing: ReadonlyArray<string>
}

const listed = (market: string | undefined) =>
  Effect.forEach(
    Connectors.manifests.flatMap(({ id }) =>
      (Connectors.find(id)?.institutions ?? [])
        .filter((institution) => market === undefined || institution.market === market)
        .map((institution) => ({ connector: id, institution }))
    ),
    ({ connector, institution }) =>
      Effect.map(Connectors.lacks(institution), (missing): Listed => {
        const { approval, dialect, id, market: where, maturity, name, provider, version } = institution
        const legalEntity = Connectors.moneyHolderOf(institution)
        return {
          id,
          name,
          provider,
          market: where,
          legalEntity,
          maturity,
          connector,
          dialect,
          version,
          approval,
          missing
        }
      })
  )

const columns: ReadonlyArray<Column<Listed>> = [
  { title: "institution", of: (row) => row.id },
  { title: "market", of: (row) => row.market },
  { title: "held by", of: (row) => row.legalEntity ?? "not verified" },
  { title: "approval", of: (row) => (row.approval === "decoupled" ? "in the app" : "on its page") },
  { title: "interface", of: (row) => `${row.dialect} ${row.version}` },
  { title: "maturity", of: (row) => row.maturity }
]

/** What several banks ask for is said once. */
const lacked = (rows: ReadonlyArray<Listed>): ReadonlyArray<Said> =>
  rows.flatMap(({ id, missing }) => missing.map((text) => ({ of: id, text })))

/** Banks for a person to read. */
export const describe = (rows: ReadonlyArray<Listed>, room: number): string =>
  rows.length === 0
    ? "No institution is known there."
    : [render(columns, rows, room), ...section("This host lacks", together(lacked(rows), room))].join("\n")

export const institutions = Command.make(
  "institutions",
  {
    market: Flag.String("market").pipe(Flag.withDescription("Only in this country (DE, GB)"), Flag.optional)
  },
  Effect.fn(function* ({ market }) {
    const country = Option.isSome(market) ? yield* countryOf(market.value) : undefined
    const rows = yield* listed(country)
    yield* answer(rows, (room) => describe(rows, room))
    yield* progress(
      "Any bank that Enable Banking lists: paymirror link psd2 --institution enable-banking --bank NAME --market CC"
    )
  })
).pipe(
  Command.withDescription("List the banks that are known"),
  Command.withExamples([{ command: "paymirror institutions --market DE", description: "Those in Germany" }])
)
