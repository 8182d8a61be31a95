/**
 * The Python package, tested by its own tests under whatever `python3` this machine has (3.11 or later), against the real
 * sandbox. Where there is no such Python, nothing is said about the package and the reason is printed. Its types are checked
 * by `pnpm types`.
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

// Its own path, because `python3` may be a script that looks for it at every start.
const probe = "import sys; print(sys.executable if sys.version_info >= (3, 11) else '')"
const python3 = (spawnSync("python3", ["-c", probe], { encoding: "utf8" }).stdout ?? "").trim()
const missing = python3 === "" ? "there is no python3 of 3.11 or later on this machine" : undefined

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
      const { stderr, stdout } = await run(python3, ["-W", "error", ...args], { cwd: root, env })
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
})
