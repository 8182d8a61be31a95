/** Starts child processes and copies of the database they are killed over. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { copyFileSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Programs from "../built/programs.ts"
import { bugs } from "./planted.ts"
import type { Order } from "./Order.ts"

const hooks = new URL("./plant.ts", import.meta.url).href

/** A folder that goes with the tests. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), "paymirror-crash-"))
  private files = 0

  file(): string {
    this.files += 1
    return join(this.path, `${this.files}.db`)
  }

  copy(database: string): string {
    const file = this.file()
    copyFileSync(database, file)
    return file
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

export const start = (order: Order) => {
  const planted = bugs.some((bug) => bug === order.planted)
  const program = planted ? ["--import", hooks, Programs.sources.child] : [Programs.child]
  return spawn(process.execPath, [...program, JSON.stringify(order)], {
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      ...process.env,
      ...(planted ? { PAYMIRROR_PLANTED: order.planted } : Programs.compiled)
    }
  })
}

/** Carries out an order to its end, or to its death. Gives the number of steps where it was not killed. */
export const finish = async (order: Order): Promise<number | "killed"> => {
  const child = start(order)
  let told = ""
  let complaint = ""
  child.stdout.on("data", (chunk) => void (told += String(chunk)))
  child.stderr.on("data", (chunk) => void (complaint += String(chunk)))
  const [code, signal] = (await once(child, "close")) as [number | null, string | null]
  if (signal === "SIGKILL") return "killed"
  if (code !== 0) throw new Error(`the child ended with ${code}: ${complaint}`)
  return (JSON.parse(told) as { steps: number }).steps
}

/** Two at a time: the machines this runs on have two cores. */
export const each = async <A>(all: ReadonlyArray<A>, use: (one: A) => Promise<void>): Promise<void> => {
  const rest = all.values()
  await Promise.all(
    [1, 2].map(async () => {
      for (const one of rest) await use(one)
    })
  )
}
