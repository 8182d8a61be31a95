/**
 * The story at Revolut, which is read over account information: ruth's pounds and euros as in Britain's chapter; and the
 * statement she downloads goes into the same account, where nothing is there twice.
 */
import { statementOf } from "@paymirror/sandbox"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { importFile } from "../importFile.ts"
import { britain } from "./britain.ts"
import type { Stage } from "./Stage.ts"
import { say, sayAccounts, title } from "./telling.ts"

const institution = "revolut-gb"

export const revolut = (stage: Stage) =>
  Effect.gen(function* () {
    const { bank, baseUrl } = stage.banks.institution(institution)
    yield* Console.log(`A simulated Revolut answers at ${baseUrl}; the mirror is ${stage.database}`)
    yield* Console.log("It follows Revolut's public description; nobody has held it against a live account.")
    yield* britain(stage)

    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const statement = path.join(stage.folder, "account-statement.csv")
    yield* title(stage, "she downloads her statement too: it goes into the same account")
    yield* fs.writeFileString(statement, statementOf(bank, "ruth-gbp"))
    const options = { market: bank.market }
    const imported = yield* Effect.orDie(importFile({ path: statement, holder: "ruth", options, into: undefined }))
    yield* say(
      `${imported.format}: ${imported.rows} rows, ${imported.added} added, ${imported.unchanged} there already`
    )
    for (const { name, ok, rows } of imported.checks)
      yield* say(`check ${name}: ${rows} rows ${ok ? "hold" : "break it"}`)
    yield* sayAccounts("ruth")
    return { allowedBaseUrls: [baseUrl], pass: (days: number) => void stage.sandbox.advance({ days }) }
  })
