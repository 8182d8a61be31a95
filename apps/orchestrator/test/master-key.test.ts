/** `paymirror master-key` as a person runs it, over a mirror with something sealed in it. */
import { lstatSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Home, home, type Ran } from "./terminal.ts"

interface Status {
  readonly keys: ReadonlyArray<{ readonly id: string; readonly state: string; readonly dataKeys: number }>
  readonly direct: number
}

const status = (ran: Ran): Status => JSON.parse(ran.out) as Status
const states = (ran: Ran) => status(ran).keys.map(({ dataKeys, state }) => [state, dataKeys])

describe("the master key", { timeout: 60_000 }, () => {
  let at: Home
  let file: string
  const said: Array<Ran> = []
  const run = async (...args: ReadonlyArray<string>): Promise<Ran> => {
    const ran = await at.run(...args)
    said.push(ran)
    return ran
  }
  const keys = () => readFileSync(file, "utf8").split("\n").slice(0, -1)

  beforeAll(async () => {
    at = home()
    file = join(at.folder, "config", "paymirror", "key")
    const export_ = join(at.folder, "export.csv")
    writeFileSync(
      export_,
      `Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance
TOPUP,Current,2025-01-01 00:00:00,2025-01-01 00:00:00,Top-up,5.00,0.00,USD,COMPLETED,5.00
TOPUP,Current,2025-01-02 00:00:00,2025-01-02 00:00:00,Top-up,five,0.00,USD,COMPLETED,10.00
`
    )
    await run("import", export_, "--market", "US")
  })
  afterAll(() => at.remove())

  it("is shown by its id, with what stands on it; there is nothing to drop", async () => {
    assert.match((await run("master-key", "show")).out, /^[0-9a-f]{16} {2}active +3$/m)
    const dropped = await run("master-key", "drop", "--json")
    assert.deepStrictEqual([dropped.code, JSON.parse(dropped.out)], [0, { dropped: [] }])
  })

  it("is replaced by a new one that is first in the file; the old one stays until it is dropped, which is asked", async () => {
    const before = keys()
    const rotated = await run("master-key", "rotate")
    assert.strictEqual(rotated.code, 0, rotated.err)
    assert.include(rotated.out.replaceAll("\n", " "), "paymirror master-key drop")
    const after = keys()
    assert.deepStrictEqual(after.slice(1), before)
    assert.strictEqual(statSync(file).mode & 0o777, 0o600)
    const shown = await run("master-key", "show", "--json")
    assert.deepStrictEqual(states(shown), [
      ["active", 3],
      ["retired", 0]
    ])

    const asked = await run("master-key", "drop", "--json")
    assert.strictEqual(asked.code, 3)
    assert.deepStrictEqual(keys(), after)
    const dropped = await run("master-key", "drop", "--yes", "--json")
    assert.deepStrictEqual(JSON.parse(dropped.out), { dropped: [status(shown).keys[1]?.id] })
    assert.deepStrictEqual(keys(), after.slice(0, 1))
    assert.strictEqual(statSync(file).mode & 0o777, 0o600)
    assert.include((await run("doctor")).out, "3 data keys stand on the active key")
  })

  it("that something stands on is not dropped, nor one another mirror may seal under", async () => {
    const [active = ""] = keys()
    const spare = Buffer.alloc(32, 1).toString("base64url")
    writeFileSync(file, `${spare}\n${active}\n`)
    const refused = await run("master-key", "drop", "--yes")
    assert.strictEqual(refused.code, 4)
    assert.include(refused.err, "paymirror master-key rotate")
    assert.include((await run("doctor")).out, "3 data keys still need an older key: paymirror master-key rotate")
    // What was begun by hand is ended: no third key is made.
    await run("master-key", "rotate")
    assert.deepStrictEqual(keys(), [spare, active])
    const elsewhere = await run("master-key", "drop", "--yes", "--db", join(at.folder, "typo.db"))
    assert.strictEqual(elsewhere.code, 4)
    assert.deepStrictEqual(keys(), [spare, active])
    assert.strictEqual((await run("master-key", "drop", "--yes")).code, 0)
    assert.deepStrictEqual(keys(), [spare])
  })

  it("in the environment is changed by hand, and it says how", async () => {
    const fresh = Buffer.alloc(32, 2).toString("base64url")
    const [old = ""] = keys()
    const within = async (PAYMIRROR_KEY: string, ...args: ReadonlyArray<string>) => {
      const ran = await at.within({ PAYMIRROR_KEY }, ...args)
      said.push(ran)
      return ran
    }
    const told = await within(old, "master-key", "rotate")
    assert.strictEqual(told.code, 6)
    assert.include(told.err, "Set PAYMIRROR_KEY to NEW,OLD")
    const rotated = await within(`${fresh},${old}`, "master-key", "rotate", "--json")
    assert.deepInclude(JSON.parse(rotated.out) as object, { rewrapped: 3, unopened: 0 })
    const drop = await within(`${fresh},${old}`, "master-key", "drop", "--yes")
    assert.strictEqual(drop.code, 6)
    assert.include(drop.err, "take it out there")
    assert.deepStrictEqual(states(await within(fresh, "master-key", "show", "--json")), [["active", 3]])
  })

  it("that is not here is missed, not made anew over what stands on it", async () => {
    const doctor = await run("doctor")
    assert.strictEqual(doctor.code, 1)
    assert.match(
      doctor.out.replaceAll(/\s+/g, " "),
      /3 data keys stand on [0-9a-f]{16}, which is not here; put it back/
    )
    const rotated = await run("master-key", "rotate")
    assert.strictEqual(rotated.code, 1)
    assert.include(rotated.err, "no key that is here opens them")
  })

  it("is never printed", () => {
    assert.isAbove(said.length, 12)
    const all = said.map(({ err, out }) => out + err).join("\n")
    for (const key of [...keys(), Buffer.alloc(32, 2).toString("base64url")]) {
      assert.notInclude(all, key)
      assert.notInclude(all, Buffer.from(key, "base64url").toString("hex"))
    }
  })
})

describe("a key file", { timeout: 60_000 }, () => {
  it("is made once by however many processes start at the same moment", async () => {
    const at = home()
    const shown = await Promise.all([1, 2, 3].map(() => at.run("master-key", "show", "--json")))
    for (const ran of shown) assert.strictEqual(ran.code, 0, ran.err)
    assert.lengthOf(new Set(shown.map(({ out }) => out)), 1)
    at.remove()
  })

  it("that a link points to is changed where it lies", async () => {
    const at = home()
    await at.run("master-key", "show")
    const file = join(at.folder, "config", "paymirror", "key")
    const elsewhere = join(at.folder, "secrets")
    renameSync(file, elsewhere)
    symlinkSync(elsewhere, file)
    assert.strictEqual((await at.run("master-key", "rotate")).code, 0)
    assert.lengthOf(readFileSync(elsewhere, "utf8").trim().split("\n"), 2)
    assert.isTrue(lstatSync(file).isSymbolicLink())
    at.remove()
  })
})
