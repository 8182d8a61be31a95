/**
 * The programs that many tests start, each made one file of the sources: it starts in four tenths of the time. The first
 * test that needs them builds them for the whole run. The sources themselves are started by `configured.test.ts` and by the
 * tests of the Python client; what is packed, by `pnpm package:check`.
 */
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { rolldown } from "rolldown"
import { inject } from "vitest"

const folder = inject("built")
const finished = join(folder, "finished")

export const sources = {
  main: fileURLToPath(new URL("../../src/main.ts", import.meta.url)),
  child: fileURLToPath(new URL("../crash/child.ts", import.meta.url)),
  rotator: fileURLToPath(new URL("../crash/rotator.ts", import.meta.url))
}

/** Whether nobody else builds them. */
const claimed = (): boolean => {
  try {
    mkdirSync(join(folder, "dist"))
    return true
  } catch {
    return false
  }
}

const build = async (): Promise<void> => {
  const bundle = await rolldown({ input: sources, platform: "node", logLevel: "silent" })
  await bundle.write({ dir: join(folder, "dist"), format: "esm" })
  await bundle.close()
  // The program tells its version from beside its own folder.
  copyFileSync(new URL("../../package.json", import.meta.url), join(folder, "package.json"))
}

if (claimed()) {
  // Who waits goes on where this fails, and says what is not there.
  await build().finally(() => writeFileSync(finished, ""))
} else {
  for (let waited = 0; !existsSync(finished); waited += 20) {
    if (waited > 120_000) throw new Error("the programs are not built: who builds them has gone")
    await sleep(20)
  }
}

const file = (name: keyof typeof sources): string => join(folder, "dist", `${name}.js`)

export const main = file("main")
export const child = file("child")
export const rotator = file("rotator")

/** What these compile is compiled once, and not kept: the next run has a folder of its own. */
export const compiled = { NODE_COMPILE_CACHE: join(folder, "compiled") }
