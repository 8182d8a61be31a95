/** `paymirror institutions`: the banks that are known, how sure that is, and what this host lacks for each. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Connectors from "../Connectors.ts"
import { answerTable, progress } from "../root.ts"

const listed = (market: string | undefined) =>
  Effect.forEach(
    Connectors.manifests.flatMap(({ id }) =>
      (Connectors.find(id)?.institutions ?? []).map((institution) => ({ connector: id, institution }))
    ),
    ({ connector, institution }) =>
      Effect.map(Connectors.lacks(institution), (missing) => {
        const { approval, dialect, id, legalEntity, market: where, maturity, name, provider, version } = institution
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
  ).pipe(Effect.map((all) => all.filter((one) => market === undefined || one.market === market)))

export const institutions = Command.make(
  "institutions",
  {
    market: Flag.String("market").pipe(
      Flag.withDescription("Only in this country (DE, GB)"),
      Flag.map((text) => text.toUpperCase()),
      Flag.optional
    )
  },
  Effect.fn(function* ({ market }) {
    const rows = yield* listed(Option.getOrUndefined(market))
    yield* answerTable(
      rows,
      [
        { title: "institution", of: (row) => row.id },
        { title: "market", of: (row) => row.market },
        { title: "held by", of: (row) => row.legalEntity },
        { title: "approval", of: (row) => (row.approval === "decoupled" ? "in the app" : "on its page") },
        { title: "interface", of: (row) => `${row.dialect} ${row.version}` },
        { title: "maturity", of: (row) => row.maturity },
        { title: "this host lacks", of: (row) => row.missing.join("; ") || "nothing" }
      ],
      "No institution is known there."
    )
    yield* progress(
      "Any bank that Enable Banking lists: paymirror link psd2 --institution enable-banking --bank NAME --market CC"
    )
  })
).pipe(
  Command.withDescription("List the banks that are known"),
  Command.withExamples([{ command: "paymirror institutions --market DE", description: "Those in Germany" }])
)
