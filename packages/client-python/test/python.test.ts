/**
 * The Python package, tested by its own tests under whatever `python3` this machine has (3.11 or later), against the real
 * sandbox. Where there is no such Python, nothing is said about the package and the reason is printed.
 */
import { execFile, spawnSync } from "node:child_process"
import { readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { Sandbox, type RunningSandbox } from "@paymirror/sandbox"
import { afterAll, assert, beforeAll, describe, it } from "vitest"

const run = promisify(execFile)
const root = fileURLToPath(new URL("..", import.meta.url))
const modules = readdirSync(new URL("../tests", import.meta.url))
  .filter((name) => /^test_\w+\.py$/.test(name))
  .map((name) => name.slice(0, -3))

const { stdout } = spawnSync("python3", ["-c", "import sys; print(sys.version_info >= (3, 11))"], { encoding: "utf8" })
const missing = stdout?.trim() === "True" ? undefined : "there is no python3 of 3.11 or later on this machine"

interface Told {
  readonly code: number
  readonly text: string
}

describe("the Python package", () => {
  let sandbox: RunningSandbox
  beforeAll(async () => {
    sandbox = await Sandbox.start({ seed: 7, banks: { institutions: ["nordbank-de"] } })
  })
  afterAll(() => sandbox.close())

  const python = async (...args: ReadonlyArray<string>): Promise<Told> => {
    const env = {
      ...process.env,
      PYTHONPATH: "src",
      PYTHONDONTWRITEBYTECODE: "1",
      PAYMIRROR_SANDBOX_URL: sandbox.baseUrl,
      PAYMIRROR_BANK_URL: sandbox.banks?.baseUrl("nordbank-de")
    }
    try {
      const { stderr, stdout } = await run("python3", ["-W", "error", ...args], { cwd: root, env })
      return { code: 0, text: stdout + stderr }
    } catch (cause) {
      const { code, stderr, stdout } = Object(cause)
      return { code: Number(code), text: `${stdout}${stderr}` }
    }
  }

  for (const name of modules) {
    it(`holds tests/${name}.py`, async (context) => {
      if (missing !== undefined) context.skip(missing)
      const { code, text } = await python("-m", "unittest", `tests.${name}`)
      assert.strictEqual(code, 0, text)
      assert.match(text, /^Ran [1-9]\d* tests?/m, text)
      // What a finalizer meets is printed and nothing more: a socket that was left open, for one.
      assert.notMatch(text, /Exception ignored|Warning/, text)
      const skipped = /^OK \(skipped=.*\)$/m.exec(text)
      if (skipped !== null) context.skip(text)
    })
  }

  it("is typed throughout, as a strict checker sees it", async (context) => {
    if (missing !== undefined) context.skip(missing)
    const pyright = fileURLToPath(import.meta.resolve("pyright/index.js"))
    const told = await run(process.execPath, [pyright, "--project", root]).catch((cause: unknown) => Object(cause))
    assert.match(String(told.stdout), /^0 errors, 0 warnings/m)
  })
})
