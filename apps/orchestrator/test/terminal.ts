/** The command line as a person starts it: a process of its own, a home of its own. */
import { execFile, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert } from "vitest"
import * as Programs from "./built/programs.ts"

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Home {
  readonly folder: string
  readonly run: (...args: ReadonlyArray<string>) => Promise<Ran>
  /** What a command that succeeds answers to `--json`. */
  readonly json: <A>(...args: ReadonlyArray<string>) => Promise<A>
  /** The same as `run` with more in its environment. */
  readonly within: (more: Readonly<Record<string, string>>, ...args: ReadonlyArray<string>) => Promise<Ran>
  /** Starts a command that stays up. */
  readonly start: (...args: ReadonlyArray<string>) => ReturnType<typeof spawn>
  readonly remove: () => void
}

/** `main`: the program, or its sources. */
export const home = (main = Programs.main): Home => {
  const folder = mkdtempSync(join(tmpdir(), "paymirror-test-"))
  const env = {
    ...process.env,
    ...(main === Programs.main && Programs.compiled),
    HOME: folder,
    XDG_DATA_HOME: join(folder, "data"),
    XDG_CONFIG_HOME: join(folder, "config"),
    NO_COLOR: "1"
  }
  const within: Home["within"] = (more, ...args) =>
    new Promise((resolve) => {
      const options = { env: { ...env, ...more }, maxBuffer: 64 * 1024 * 1024 }
      execFile(process.execPath, [main, ...args], options, (error, out, err) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1
        resolve({ code, out, err })
      })
    })
  return {
    folder,
    json: async <A>(...args: ReadonlyArray<string>) => {
      const { code, err, out } = await within({}, ...args, "--json")
      assert.strictEqual(code, 0, err)
      return JSON.parse(out) as A
    },
    run: (...args) => within({}, ...args),
    within,
    start: (...args) => spawn(process.execPath, [main, ...args], { env, stdio: ["ignore", "pipe", "pipe"] }),
    remove: () => rmSync(folder, { recursive: true, force: true })
  }
}
