/** A process that writes lines into the access log of a file, several at a time. */
import * as Effect from "effect/Effect"
import { AccessLog } from "../src/index.ts"
import { engineOn } from "./Mirrored.ts"

const [, , filename = "", count = "0"] = process.argv

await Effect.runPromise(
  Effect.flatMap(AccessLog, (log) =>
    Effect.forEach(
      Array.from({ length: Number(count) }),
      (_, n) =>
        log.append({
          actor: `process:${process.pid}`,
          action: "read",
          purpose: "test",
          holderIds: ["alex"],
          accountIds: [],
          streams: ["card"],
          route: "test",
          count: n
        }),
      { concurrency: 5, discard: true }
    )
  ).pipe(Effect.provide(engineOn(filename)))
)
