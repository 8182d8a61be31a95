/**
 * Changing the master key by a process that dies at every step of it: between any two statements, and around each change of
 * the key file. `CRASH=full` takes all of them; the default is a sample.
 */
import { execFile } from "node:child_process"
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Connections, Place, Seal } from "@paymirror/sync"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as UserDirectories from "effect/persistence/UserDirectories"
import * as SqlClient from "effect/sql/SqlClient"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as Home from "../../src/Home.ts"
import * as MasterKey from "../../src/MasterKey.ts"
import * as Programs from "../built/programs.ts"
import { type Home as Terminal, home } from "../terminal.ts"
import { each } from "./Process.ts"

const full = process.env["CRASH"] === "full"

let at: Terminal
beforeAll(async () => {
  at = home()
  const file = join(at.folder, "export.csv")
  writeFileSync(
    file,
    `Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance
TOPUP,Current,2025-01-01 00:00:00,2025-01-01 00:00:00,Top-up,5.00,0.00,USD,COMPLETED,5.00
TOPUP,Current,2025-01-02 00:00:00,2025-01-02 00:00:00,Top-up,five,0.00,USD,COMPLETED,10.00
`
  )
  const imported = await at.run("import", file, "--market", "US", "--db", join(at.folder, "mirror.db"))
  assert.strictEqual(imported.code, 0, imported.err)
})
afterAll(() => at.remove())

interface Copy {
  readonly database: string
  readonly keys: string
}

let copies = 0
const copyOf = ({ database, keys }: Copy): Copy => {
  copies += 1
  const folder = join(at.folder, `${copies}`)
  mkdirSync(folder)
  for (const [file, name] of [
    [database, "mirror.db"],
    [`${database}-wal`, "mirror.db-wal"],
    [keys, "key"]
  ] as const)
    if (existsSync(file)) copyFileSync(file, join(folder, name))
  return { database: join(folder, "mirror.db"), keys: join(folder, "key") }
}
const untouched = (): Copy => ({
  database: join(at.folder, "mirror.db"),
  keys: join(at.folder, "config", "paymirror", "key")
})

/** In a process of its own: gives the number of steps, or that it was killed. */
const inProcess = (
  what: "rotate" | "drop" | "careless",
  { database, keys }: Copy,
  crashAt = 0
): Promise<number | "killed"> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, ...Programs.compiled, PAYMIRROR_KEY_FILE: keys }
    execFile(process.execPath, [Programs.rotator, database, what, String(crashAt)], { env }, (error, out, err) => {
      if (error?.signal === "SIGKILL") resolve("killed")
      else if (error === null) resolve((JSON.parse(out) as { steps: number }).steps)
      else reject(new Error(err))
    })
  })

/** In this process, by the program's own layers. */
const carryOut = (what: "rotate" | "drop", { database, keys }: Copy) => {
  const work: Effect.Effect<unknown, unknown, Effect.Services<typeof MasterKey.rotate>> = what === "drop"
    ? MasterKey.drop
    : MasterKey.rotate
  return Effect.runPromise(
    work.pipe(
      Effect.provide(Home.layer(Option.some(database))),
      Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromUnknown({ PAYMIRROR_KEY_FILE: keys })),
      Effect.provide(Layer.mergeAll(NodeServices.layer, SecureRandom.layerWebCrypto, UserDirectories.layer))
    )
  )
}

const linesOf = (keys: string): ReadonlyArray<string> => readFileSync(keys, "utf8").split("\n").slice(0, -1)

/** Everything sealed, opened with the keys of the file; and on what it stands. */
const look = ({ database, keys }: Copy) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const seal = yield* Seal
    const connections = yield* Connections
    const opened: Array<string> = []
    for (const { connectionId } of yield* connections.list) {
      const [row] = yield* sql<{ sealed_grant: string }>`SELECT sealed_grant FROM connection`
      opened.push(Redacted.value(yield* seal.open(Place.grant(connectionId), row?.sealed_grant ?? "")))
      for (const { linked } of yield* connections.accounts(connectionId)) opened.push(linked.displayName)
    }
    const aside = yield* sql<{
      account: number
      stream: string
      key: string
      sealed_raw: string
    }>`SELECT * FROM quarantine`
    for (const { account, key, sealed_raw, stream } of aside)
      opened.push(Redacted.value(yield* seal.open(Place.quarantined(account, stream, key), sealed_raw)))
    opened.push(yield* seal.mark("somebody"))
    return { opened, ...(yield* seal.status) }
  }).pipe(
    Effect.provide(
      Home.engine(
        database,
        linesOf(keys).map((line) => Redacted.make(new Uint8Array(Buffer.from(line, "base64url"))))
      )
    ),
    Effect.runPromise
  )

const steps = (count: number, points: number): ReadonlyArray<number> => {
  const stride = full ? 1 : Math.max(1, Math.ceil(count / points))
  return Array.from({ length: Math.ceil(count / stride) }, (_, n) => 1 + n * stride)
}

describe("killed at any step", { timeout: 600_000 }, () => {
  it("a rotation leaves everything open, and the next one ends it: nothing stands on the old key", async () => {
    const before = await look(untouched())
    const count = Number(await inProcess("rotate", copyOf(untouched())))
    const points = steps(count, 6)
    await each(points, async (step) => {
      const copy = copyOf(untouched())
      assert.strictEqual(await inProcess("rotate", copy, step), "killed")
      const meanwhile = await look(copy)
      assert.deepEqual(meanwhile.opened, before.opened, `killed at step ${step}`)
      await carryOut("rotate", copy)
      const after = await look(copy)
      assert.deepEqual(after.opened, before.opened)
      assert.deepEqual(
        after.keys.map(({ dataKeys, state }) => [state, dataKeys]),
        [["active", 3], ...after.keys.slice(1).map(() => ["retired", 0])]
      )
      assert.isAtMost(after.keys.length, 3)
      assert.strictEqual(statSync(copy.keys).mode & 0o777, 0o600)
    })
    console.info(`rotation: killed at ${points.length} of ${count} steps`)
  })

  it("a removal of old keys leaves every key that is needed, and the next one ends it", async () => {
    const rotated = copyOf(untouched())
    await carryOut("rotate", rotated)
    const before = await look(rotated)
    const count = Number(await inProcess("drop", copyOf(rotated)))
    const points = steps(count, 4)
    await each(points, async (step) => {
      const copy = copyOf(rotated)
      assert.strictEqual(await inProcess("drop", copy, step), "killed")
      assert.deepEqual((await look(copy)).opened, before.opened, `killed at step ${step}`)
      await carryOut("drop", copy)
      assert.lengthOf(linesOf(copy.keys), 1)
      assert.deepEqual((await look(copy)).opened, before.opened)
      assert.isFalse(readdirSync(join(copy.keys, "..")).some((name) => name.endsWith(".next")))
    })
    console.info(`removal: killed at ${points.length} of ${count} steps`)
  })
})

describe("the enumeration finds a planted bug:", { timeout: 120_000 }, () => {
  it("a new key is used before it is in the file", async () => {
    const before = await look(untouched())
    const count = Number(await inProcess("careless", copyOf(untouched())))
    let found: number | undefined
    for (let step = count; step > 0 && found === undefined; step -= 3) {
      const copy = copyOf(untouched())
      assert.strictEqual(await inProcess("careless", copy, step), "killed")
      const opened = await look(copy).then(
        (after) => after.opened,
        () => []
      )
      if (opened.length < before.opened.length) found = step
    }
    console.info(`the planted bug is found at step ${found} of ${count}`)
    assert.isDefined(found)
  })
})

describe("several at once", { timeout: 60_000 }, () => {
  it("lose no key: whichever comes first, everything opens with what the file holds", async () => {
    const before = await look(untouched())
    const copy = copyOf(untouched())
    const ends = await Promise.allSettled([1, 2, 3].map(() => inProcess("rotate", copy)))
    for (const end of ends) if (end.status === "rejected") assert.include(String(end.reason), "another rotation")
    assert.isTrue(ends.some(({ status }) => status === "fulfilled"))
    assert.isAtLeast(linesOf(copy.keys).length, 2)
    assert.deepEqual((await look(copy)).opened, before.opened)
    await carryOut("rotate", copy)
    await carryOut("drop", copy)
    assert.lengthOf(linesOf(copy.keys), 1)
    assert.deepEqual((await look(copy)).opened, before.opened)
  })
})
