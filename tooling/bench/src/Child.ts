/**
 * One process per measurement, so that peak memory, garbage and compiled code are its own. Both sides of a pair get the
 * same flags.
 */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { Measured } from "./Measure.ts"

export const flags = ["--expose-gc", "--max-semi-space-size=8", "--heap-growing-percent=80"]

export const entry = fileURLToPath(new URL("./enter.ts", import.meta.url))

const start = (which: string, args: ReadonlyArray<string | number>) =>
  spawn(process.execPath, [...flags, entry, which, ...args.map(String)], { stdio: ["ignore", "pipe", "inherit"] })

/** Runs a child to its end and gives what it measured. */
export const run = (which: string, ...args: ReadonlyArray<string | number>): Promise<Measured> => tell(which, ...args)

/** Runs a child to its end and gives what it told. */
export const tell = <Told>(which: string, ...args: ReadonlyArray<string | number>): Promise<Told> =>
  new Promise((resolve, reject) => {
    const child = start(which, args)
    let said = ""
    child.stdout.on("data", (piece: Buffer) => (said += piece.toString()))
    child.on("error", reject)
    child.on("close", (code) =>
      code === 0 ? resolve(JSON.parse(said) as Told) : reject(new Error(`${which} ended with ${code}`))
    )
  })

export interface Server {
  readonly port: number
  readonly stop: () => void
}

/** Starts a far side of the socket and waits until its pages are built. */
export const serve = (which: "serve" | "serveBank", ...args: ReadonlyArray<number>): Promise<Server> =>
  new Promise((resolve, reject) => {
    const child = start(which, args)
    child.on("error", reject)
    child.on("close", (code) => reject(new Error(`the server ended with ${code}`)))
    child.stdout.once("data", (port: Buffer) => resolve({ port: Number(port.toString()), stop: () => child.kill() }))
  })
