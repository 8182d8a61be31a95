import { mkdtempSync, rmSync, statfsSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import { defineConfig } from "vitest/config"

const results = process.env["PAYMIRROR_TEST_RESULTS"]

/** Files that change a module for everybody. */
const alone = ["packages/sync/test/{Planted,Budget}.test.ts"]

/**
 * Where the files of tests are: in memory, where there is a file system in it with 4 GB to spare. They wait for the disk
 * thousands of times otherwise, and what dies in them is a process, never the machine.
 */
const files = (): string => {
  try {
    const { bavail, bsize } = statfsSync("/dev/shm")
    if (bavail * bsize < 4 * 2 ** 30) return tmpdir()
    const folder = mkdtempSync("/dev/shm/paymirror-test-")
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }))
    return folder
  } catch {
    return tmpdir()
  }
}

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "together",
          include: ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts", "tooling/*/test/**/*.test.ts"],
          exclude: alone,
          globalSetup: "apps/orchestrator/test/built/folder.ts",
          // To load the same modules anew for each of 150 files takes a fifth of the time.
          isolate: false
        }
      },
      { extends: true, test: { name: "alone", include: alone } }
    ],
    reporters: results === undefined ? ["default"] : ["default", ["json", { outputFile: results }]],
    // Tests wait for processes and sockets: one worker for each core leaves some of it idle.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    env: {
      TMPDIR: files(),
      // For what is kept from one run to the next.
      PAYMIRROR_TEST_KEPT: tmpdir(),
      // Hundreds of tests start a process; what these compile is compiled once.
      NODE_COMPILE_CACHE: join(tmpdir(), "paymirror-test-compiled")
    },
    testTimeout: 30_000,
    hookTimeout: 30_000
  }
})
