/**
 * The Python package, tested by its own tests under whatever `python3` this machine has (3.11 or later), against the real
 * sandbox and `paymirror serve`. Where there is no such Python, nothing is said about the package and the reason is
 * printed. Its types are checked by `pnpm types`.
 */
import { execFile, spawnSync } from "node:child_process"
import { readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { Sandbox } from "@paymirror/sandbox"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as Orchestrator from "./Orchestrator.ts"

const run = promisify(execFile)
const root = fileURLToPath(new URL("..", import.meta.url))
const modules = readdirSync(new URL("../tests", import.meta.url))
  .filter((name) => /^test_\w+\.py$/.test(name))
  .map((name) => name.slice(0, -3))

// Its own path, because `python3` may be a script that looks for it at every start.
const probe = "import sys; print(sys.executable if sys.version_info >= (3, 11) else '')"
const python3 = (spawnSync("python3", ["-c", probe], { encoding: "utf8" }).stdout ?? "").trim()
const missing = python3 === "" ? "there is no python3 of 3.11 or later on this machine" : undefined

describe("the Python package", () => {
  const env: Record<string, string | undefined> = {
    ...process.env,
    PYTHONPATH: "src",
    PYTHONDONTWRITEBYTECODE: "1"
  }
  const stops: Array<() => Promise<void>> = []

  beforeAll(async () => {
    if (missing !== undefined) return
    // Beside a server that reads the machine's clock, the provider's stands at the same day.
    const sandbox = await Sandbox.start({
      seed: 7,
      startAt: `${new Date().toISOString().slice(0, 19)}Z`,
      banks: { institutions: ["nordbank-de"] }
    })
    stops.push(() => sandbox.close())
    env["PAYMIRROR_SANDBOX_URL"] = sandbox.baseUrl
    env["PAYMIRROR_BANK_URL"] = sandbox.banks?.baseUrl("nordbank-de")
    const orchestrator = await Orchestrator.start("--allow-base-url", sandbox.baseUrl, "--allow-private-webhooks")
    stops.push(orchestrator.stop)
    env["PAYMIRROR_WEBHOOKS_TO_THIS_MACHINE"] = "yes"
    env["PAYMIRROR_URL"] = orchestrator.url
    env["PAYMIRROR_API_KEY"] = orchestrator.key
    env["PAYMIRROR_NARROW_API_KEY"] = orchestrator.narrowKey
  }, 120_000)
  afterAll(() => Promise.all(stops.map((stop) => stop())))

  for (const name of modules) {
    it(`holds tests/${name}.py`, async (context) => {
      if (missing !== undefined) context.skip(missing)
      const { code, text } = await run(python3, ["-W", "error", "-m", "unittest", `tests.${name}`], {
        cwd: root,
        env
      }).then(
        ({ stderr, stdout }) => ({ code: 0, text: stdout + stderr }),
        (cause: { readonly code?: unknown; readonly stdout?: string; readonly stderr?: string }) => ({
          code: cause.code,
          text: `${cause.stdout}${cause.stderr}`
        })
      )
      assert.strictEqual(code, 0, text)
      assert.match(text, /^Ran [1-9]\d* tests? in .*\n\nOK\n$/m, text)
      // What a finalizer meets is printed and nothing more: a socket that was left open, for one.
      assert.notMatch(text, /Exception ignored|Warning/, text)
    })
  }
})
