/**
 * A process that makes one creating call to itself and dies before the step it was told to (0: never). Tells how many
 * steps the call took and what it was answered.
 */
import { enableCompileCache } from "node:module"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Notes from "./Notes.ts"

enableCompileCache()
const [filename = "", key = "", crashAt = "0"] = process.argv.slice(2)

let isArmed = false
let steps = 0
const step = (): void => {
  if (!isArmed) return
  steps += 1
  if (steps === Number(crashAt)) process.kill(process.pid, "SIGKILL")
}

const call = Effect.gen(function* () {
  const { address } = yield* HttpServer.HttpServer
  const url = `http://127.0.0.1:${"port" in address ? address.port : 0}/v1/notes`
  isArmed = true
  return yield* Effect.promise(async () => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "authorization": `Bearer ${key}`, "content-type": "application/json", "idempotency-key": "the-one" },
      body: JSON.stringify({ text: "once" })
    })
    return { status: response.status, text: await response.text() }
  })
})

const answer = await Effect.runPromise(Effect.provide(call, Notes.layer(filename, step)))
process.stdout.write(JSON.stringify({ steps, ...answer }))
process.exit()
