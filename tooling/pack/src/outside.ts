/**
 * Follows `docs/writing-a-connector.md` literally, as somebody outside this repository: our packages packed, served by a
 * registry of this machine, an empty folder, and every command and edit of the page in its order. At the end it counts
 * what an author wrote. Run by `pnpm test:outside`, which puts pnpm on the path; it needs the network for other packages.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import * as Page from "./Page.ts"
import * as Registry from "./Registry.ts"
import { built, output, pack } from "./Tarball.ts"

const root = process.cwd()
const page = "docs/writing-a-connector.md"
/** An author writes the wire, the translation, the manifest and the consent, and that is all. */
const written = ["Api.ts", "translate.ts", "Manifest.ts", "Consent.ts"]
const most = 200

const folder = mkdtempSync(join(tmpdir(), "paymirror-outside-"))
const started: Array<ChildProcess> = []

/** Nothing of this workspace's pnpm and nothing of this machine's user goes along. */
const environment = (registry: string): NodeJS.ProcessEnv => {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:npm|pnpm)_/i.test(name) && name !== "NODE_ENV")
  return {
    ...Object.fromEntries(kept),
    PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}`,
    XDG_DATA_HOME: join(folder, "data"),
    XDG_CONFIG_HOME: join(folder, "config"),
    npm_config_registry: `${registry}/`,
    pnpm_config_registry: `${registry}/`,
    NO_COLOR: "1",
    CI: "true"
  }
}

interface Ended {
  readonly code: number
  readonly said: string
}

/** A shell that goes on where the one before it stopped: in its folder, with what it exported. */
const shell = (env: NodeJS.ProcessEnv) => {
  const state = join(folder, ".shell")
  writeFileSync(state, `cd '${join(folder, "work")}'\n`)
  const begin = (script: string) => {
    const child = spawn(
      "bash",
      [
        "-e",
        "-o",
        "pipefail",
        "-c",
        `. '${state}'\ntrap '{ export -p; echo "cd $PWD"; } > "${state}"' EXIT\n${script}`
      ],
      {
        cwd: folder,
        env,
        stdio: ["ignore", "pipe", "pipe"],
        detached: true
      }
    )
    let said = ""
    const hear = (chunk: unknown): void => void (said += String(chunk))
    child.stdout.on("data", hear)
    child.stderr.on("data", hear)
    return { child, said: () => said }
  }
  return {
    run: (script: string): Promise<Ended> =>
      new Promise((resolve) => {
        const { child, said } = begin(script)
        child.on("close", (code) => resolve({ code: code ?? 1, said: said() }))
      }),
    /** Returns once it has said its first line. */
    stay: (script: string): Promise<Ended> =>
      new Promise((resolve) => {
        const { child, said } = begin(script)
        started.push(child)
        child.stdout.on("data", () => said().includes(" at http") && resolve({ code: 0, said: said() }))
        child.on("close", (code) => resolve({ code: code ?? 1, said: said() }))
      })
  }
}

class Astray extends Error {}

const astray = (line: number, what: string): never => {
  throw new Astray(`${page}:${line}  ${what}`)
}

const follow = async (env: NodeJS.ProcessEnv): Promise<void> => {
  const { run, stay } = shell(env)
  let last: Ended = { code: 0, said: "" }
  for (const step of Page.steps(readFileSync(join(root, page), "utf8"))) {
    if (step._tag === "Run") {
      console.log(step.script.replaceAll(/^/gm, step.ends === "not" ? "& " : "$ "))
      const from = performance.now()
      last = await (step.ends === "not" ? stay : run)(step.script)
      console.log(`  ${((performance.now() - from) / 1000).toFixed(1)} s, exit code ${last.code}`)
      if ((last.code === 0) !== (step.ends !== "badly"))
        astray(
          step.line,
          `should ${step.ends === "badly" ? "fail" : "succeed"} and ended with ${last.code}:\n${last.said}`
        )
    } else if (step._tag === "Said") {
      const missing = step.lines.find((line) => !Page.isSaid(line, last.said))
      if (missing !== undefined) astray(step.line, `was not said: ${missing}\n\nbut:\n${last.said}`)
      console.log(step.lines.join("\n").replaceAll(/^/gm, "> "))
    } else {
      const { code, said } = await run(`realpath '${step.file}'`)
      if (code !== 0) astray(step.line, `there is no ${step.file}`)
      const file = said.trim()
      const text =
        Page.edited(readFileSync(file, "utf8"), step) ?? astray(step.line, `the lines do not stand in ${file} once`)
      writeFileSync(file, text)
      console.log(`~ ${step.file}`)
    }
  }
}

const count = (): boolean => {
  const src = join(folder, "work/connector-acme/src")
  const lines = new Map(
    readdirSync(src).map((name) => [name, readFileSync(join(src, name), "utf8").trimEnd().split("\n").length] as const)
  )
  const sum = written.reduce((total, name) => total + (lines.get(name) ?? 0), 0)
  const shown = written.map((name) => `${name} ${lines.get(name) ?? "missing"}`).join(", ")
  const all = [...lines.values()].reduce((total, one) => total + one, 0)
  console.log(`lines an author writes: ${sum} (${shown}), at most ${most}; the whole of src: ${all}`)
  return sum <= most && written.every((name) => lines.has(name))
}

let registry: Registry.Registry | undefined
try {
  const published = await built(root)
  const tarballs = await Promise.all(published.map((self) => pack(self, folder)))
  registry = await Registry.start(tarballs, await Registry.usual(root))
  console.log(`${tarballs.length} packages packed; following ${page} in an empty folder`)
  const env = environment(registry.origin)
  mkdirSync(join(folder, "work"))
  await follow(env)
  process.exitCode = count() ? 0 : 1
  console.log(process.exitCode === 0 ? "the page holds" : "the page asks for more lines than it may")
} catch (cause) {
  console.error(cause instanceof Astray ? cause.message : output(cause))
  process.exitCode = 1
} finally {
  for (const { exitCode, pid } of started) if (pid !== undefined && exitCode === null) process.kill(-pid)
  registry?.close()
  rmSync(folder, { recursive: true, force: true })
}
