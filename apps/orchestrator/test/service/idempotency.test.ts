/** A creating call is done once, however often it is sent, by whomever, and wherever the process dies. */
import { scopes } from "@paymirror/api"
import { execFile } from "node:child_process"
import { randomUUID } from "node:crypto"
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as HttpServer from "effect/http/HttpServer"
import * as SqlClient from "effect/sql/SqlClient"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as ApiKeys from "../../src/service/ApiKeys.ts"
import * as Tenants from "../../src/service/Tenants.ts"
import { each } from "../crash/Process.ts"
import * as Notes from "./Notes.ts"

type Services = Layer.Success<ReturnType<typeof Notes.layer>>

describe("a creating call", () => {
  let folder: string
  let runtime: ManagedRuntime.ManagedRuntime<Services, unknown>
  let base: string
  let acme: string
  let globex: string

  const keyOf = (tenant: string, holderId?: string) =>
    runtime.runPromise(
      Effect.gen(function* () {
        const { tenantId } = yield* Tenants.named(tenant)
        const made = yield* ApiKeys.create({ tenantId, name: "test", scopes, holderId })
        return Redacted.value(made.key)
      })
    )
  const count = (text: string) =>
    runtime
      .runPromise(
        Effect.flatMap(
          SqlClient.SqlClient,
          (sql) => sql<{ n: number }>`SELECT count(*) AS n FROM note WHERE text = ${text}`
        )
      )
      .then((rows) => rows[0]?.n)

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "paymirror-notes-"))
    runtime = ManagedRuntime.make(Notes.layer(join(folder, "notes.db")))
    const { address } = await runtime.runPromise(HttpServer.HttpServer)
    base = `http://127.0.0.1:${"port" in address ? address.port : 0}`
    acme = await keyOf("acme")
    globex = await keyOf("globex")
  })
  afterAll(async () => {
    await runtime.dispose()
    rmSync(folder, { recursive: true, force: true })
  })

  const post = async (
    path: string,
    key: string,
    idempotencyKey: string | undefined,
    body: string,
    contentType = "application/json"
  ) => {
    const response = await fetch(base + path, {
      method: "POST",
      headers: {
        "authorization": `Bearer ${key}`,
        "content-type": contentType,
        ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey })
      },
      body
    })
    const text = await response.text()
    return {
      status: response.status,
      text,
      type: (JSON.parse(text) as { type?: string }).type,
      replayed: response.headers.get("idempotent-replayed"),
      retryAfter: response.headers.get("retry-after"),
      contentType: response.headers.get("content-type")
    }
  }
  const note = (text: string, idempotencyKey: string | undefined = randomUUID(), key = acme) =>
    post("/v1/notes", key, idempotencyKey, JSON.stringify({ text }))

  it("that comes again is answered as the first was, byte for byte, and does nothing", async () => {
    const key = randomUUID()
    const first = await note("again", key)
    const second = await note("again", key)
    assert.deepStrictEqual([first.status, first.replayed], [201, null])
    assert.deepStrictEqual(
      [second.status, second.text, second.contentType, second.replayed],
      [201, first.text, first.contentType, "true"]
    )
    assert.strictEqual(await count("again"), 1)
  })

  it("without a key, or with one that is none, is refused", async () => {
    for (const key of [undefined, "", "two words", "x".repeat(201)]) {
      const answer = await post("/v1/notes", acme, key, JSON.stringify({ text: "keyless" }))
      assert.deepStrictEqual([answer.status, answer.contentType], [400, "application/problem+json"])
    }
    assert.strictEqual(await count("keyless"), 0)
  })

  it("with another payload under the same key is refused, be it one byte", async () => {
    const key = randomUUID()
    await note("payload", key)
    const other = await note("payloaD", key)
    assert.deepStrictEqual([other.status, other.type], [422, "urn:paymirror:problem:idempotency-key-reused"])
    assert.strictEqual(await count("payloaD"), 0)
  })

  it("under a key that another tenant, or a key for another person, used too has an answer of its own", async () => {
    const key = randomUUID()
    const [one, other] = [await note("shared", key), await note("shared", key, globex)]
    const bound = await note("shared", key, await keyOf("acme", "somebody"))
    assert.strictEqual(new Set([one.text, other.text, bound.text]).size, 3)
    assert.strictEqual(await count("shared"), 3)
    // Another key of the same tenant, as after a rotation, is the same caller.
    assert.strictEqual((await note("shared", key, await keyOf("acme"))).text, one.text)
  })

  it("sent fifty times at once has one effect, and everybody gets its answer in the end", async () => {
    const key = randomUUID()
    const persist = async (): Promise<string> => {
      const answer = await note("slow", key)
      if (answer.status === 201) return answer.text
      assert.deepStrictEqual(
        [answer.status, answer.type, answer.retryAfter],
        [409, "urn:paymirror:problem:idempotency-key-in-use", "1"]
      )
      await new Promise((resolve) => setTimeout(resolve, 100))
      return persist()
    }
    const answers = await Promise.all(Array.from({ length: 50 }, persist))
    assert.strictEqual(new Set(answers).size, 1)
    assert.strictEqual(await count("slow"), 1)
  })

  it("that has forgotten all this is found out: fifty at once are fifty effects", async () => {
    await Promise.all(Array.from({ length: 50 }, () => post("/v1/careless", acme, undefined, `{"text":"careless"}`)))
    assert.strictEqual(await count("careless"), 50)
  })

  it("that fails leaves no effect and is not remembered", async () => {
    const key = randomUUID()
    assert.strictEqual((await note("refused", key)).status, 409)
    assert.strictEqual((await note("broken", key)).status, 500)
    assert.strictEqual(await count("refused"), 0)
    assert.strictEqual(await count("broken"), 0)
    assert.strictEqual((await note("in the end", key)).status, 201)
  })

  it("with a streamed body is compared by all of it, and done once", async () => {
    const key = randomUUID()
    const body = "x".repeat(3_000_000)
    const first = await post("/v1/files", acme, key, body, "text/plain")
    const again = await post("/v1/files", acme, key, body, "text/plain")
    const other = await post("/v1/files", acme, key, `${body.slice(1)}y`, "text/plain")
    assert.strictEqual(first.status, 201)
    assert.deepStrictEqual([again.status, again.text, again.replayed], [201, first.text, "true"])
    assert.strictEqual(other.status, 422)
    assert.strictEqual(await count("3000000 bytes"), 1)
  })

  it("leaves nothing readable behind, and is forgotten after a day", async () => {
    const key = randomUUID()
    await note("a canary nobody may read", key)
    await runtime.runPromise(Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DELETE FROM note`))
    const rows = await runtime.runPromise(Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT * FROM idempotency`))
    assert.isAbove(rows.length, 0)
    for (const secret of ["canary", key]) assert.notInclude(JSON.stringify(rows), secret)
    await runtime.runPromise(
      Effect.flatMap(SqlClient.SqlClient, (sql) => sql`UPDATE idempotency SET expires_at = '2020-01-01T00:00:00.000Z'`)
    )
    await note("the next day", key)
    const left = await runtime.runPromise(Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT * FROM idempotency`))
    assert.strictEqual(left.length, 1)
  })
})

describe("a process that dies in the middle of a creating call", () => {
  const script = fileURLToPath(new URL("./killed.ts", import.meta.url))
  const run = (
    filename: string,
    key: string,
    crashAt: number
  ): Promise<{ steps: ReadonlyArray<string>; status: number; text: string } | "killed"> =>
    new Promise((resolve, reject) => {
      execFile(process.execPath, [script, filename, key, String(crashAt)], (error, out, complaint) => {
        if (error?.signal === "SIGKILL") resolve("killed")
        else if (error !== null) reject(new Error(complaint))
        else resolve(JSON.parse(out) as { steps: ReadonlyArray<string>; status: number; text: string })
      })
    })
  const notes = (filename: string): number => {
    const database = new DatabaseSync(filename)
    const found = database.prepare("SELECT count(*) AS n FROM note").get() as { n: number }
    database.close()
    return found.n
  }

  it("leaves all of it or nothing, at every step, and the same call again completes it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "paymirror-killed-"))
    const seed = join(folder, "seed.db")
    const runtime = ManagedRuntime.make(Notes.layer(seed))
    const key = await runtime.runPromise(
      Effect.gen(function* () {
        const { tenantId } = yield* Tenants.named("acme")
        return Redacted.value((yield* ApiKeys.create({ tenantId, name: "test", scopes })).key)
      })
    )
    await runtime.dispose()
    const copy = (name: string): string => {
      const filename = join(folder, name)
      copyFileSync(seed, filename)
      return filename
    }
    /** The same call, to a process that lives. */
    const again = async (filename: string) => {
      const living = ManagedRuntime.make(Notes.layer(filename))
      const { address } = await living.runPromise(HttpServer.HttpServer)
      const response = await fetch(`http://127.0.0.1:${"port" in address ? address.port : 0}/v1/notes`, {
        method: "POST",
        headers: { "authorization": `Bearer ${key}`, "content-type": "application/json", "idempotency-key": "the-one" },
        body: JSON.stringify({ text: "once" })
      })
      const answer = { status: response.status, text: await response.text() }
      await living.dispose()
      return answer
    }
    try {
      const whole = copy("whole.db")
      const finished = await run(whole, key, 0)
      if (finished === "killed") return assert.fail("nobody killed it")
      assert.strictEqual(finished.status, 201)
      assert.includeMembers([...finished.steps], ["BEGIN", "INSERT", "COMMIT"])
      await each(
        // Each is a process: what only reads is left to the whole run.
        finished.steps.flatMap((word, index) =>
          word === "SELECT" && process.env["CRASH"] !== "full" ? [] : [index + 1]
        ),
        async (at) => {
          const filename = copy(`${at}.db`)
          assert.strictEqual(await run(filename, key, at), "killed", `at step ${at}`)
          // Every step stands before the commit, so a death leaves nothing.
          assert.strictEqual(notes(filename), 0, `at step ${at}`)
          assert.strictEqual((await again(filename)).status, 201, `after step ${at}`)
          assert.strictEqual(notes(filename), 1, `after step ${at}`)
        }
      )
      // Only the answer was lost: it is given again, and nothing else is done.
      assert.strictEqual((await again(whole)).text, finished.text)
      assert.strictEqual(notes(whole), 1)
      assert.notInclude(readFileSync(whole).toString("latin1"), "the-one")
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }, 120_000)
})
