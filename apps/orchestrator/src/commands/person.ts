/** `paymirror export-person` and `paymirror import-person`: everything that is held of somebody, to take along. */
import { exportPerson, importPerson } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { codes, Refusal } from "../Exit.ts"
import { answer, withMirror } from "../root.ts"
import { seenWhole } from "../seen.ts"

export const exportPersonCommand = Command.make(
  "export-person",
  {
    holder: Argument.String("holder").pipe(Argument.withDescription("Whose; `paymirror show` names them")),
    out: Flag.File("out").pipe(Flag.withDescription("The file to write; only you can read it"))
  },
  Effect.fn(function* ({ holder, out }) {
    const written = yield* withMirror(
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const partial = `${out}.partial`
        let bytes = 0
        const counted = Stream.tap(Stream.encodeText(exportPerson(holder)), (chunk) =>
          Effect.sync(() => void (bytes += chunk.length))
        )
        yield* Stream.run(counted, fs.sink(partial, { mode: 0o600 })).pipe(
          Effect.tapError(() => Effect.ignore(fs.remove(partial))),
          Effect.catchTag("NoSuchHolder", () =>
            Effect.fail(
              new Refusal({
                message: `There is nobody called ${holder} here. See: paymirror show`,
                code: codes.inputRefused
              })
            )
          )
        )
        yield* seenWhole(holder, { command: "export-person", action: "export", streams: [], count: 1 })
        yield* fs.rename(partial, out)
        return { holderId: holder, file: out, bytes }
      })
    )
    yield* answer(
      written,
      () =>
        `${out}: everything that is held of ${holder}, ${written.bytes} bytes, without any session or key.\nInto another mirror: paymirror import-person ${out}`
    )
  })
).pipe(
  Command.withDescription("Write everything that is held of a person as one JSON document"),
  Command.withExamples([
    { command: "paymirror export-person alex --out alex.json", description: "Rows, history, consents, and who read it" }
  ])
)

export const importPersonCommand = Command.make(
  "import-person",
  {
    file: Argument.File("file", { mustExist: true }).pipe(
      Argument.withDescription("What `paymirror export-person` wrote")
    )
  },
  Effect.fn(function* ({ file }) {
    const brought = yield* withMirror(
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        return yield* Effect.flatMap(fs.readFileString(file), importPerson).pipe(
          Effect.catchTag("NotImported", ({ detail }) =>
            Effect.fail(new Refusal({ message: `${file} was not brought in: ${detail}.`, code: codes.inputRefused }))
          )
        )
      })
    )
    yield* answer(
      brought,
      () =>
        `${brought.holderId} is here: ${brought.accounts} accounts, ${brought.rows} rows, as they were. To read on, link again; how is said by: paymirror doctor`
    )
  })
).pipe(Command.withDescription("Bring a person in from the file of another mirror, as they were there"))
