import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import { defineConfig } from "vitest/config"

const results = process.env["PAYMIRROR_TEST_RESULTS"]

/** Files that change a module for everybody. */
const alone = ["packages/sync/test/{Planted,Budget}.test.ts"]

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
    // Hundreds of tests start a process; what these compile is compiled once.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), "paymirror-test-compiled") },
    testTimeout: 30_000,
    hookTimeout: 30_000
  }
})
