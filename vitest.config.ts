import { defineConfig } from "vitest/config"

const results = process.env["PAYMIRROR_TEST_RESULTS"]

export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts", "tooling/*/test/**/*.test.ts"],
    reporters: results === undefined ? ["default"] : ["default", ["json", { outputFile: results }]],
    // One core less, the default, leaves half of a small machine idle while tests wait for processes and sockets.
    maxWorkers: "100%",
    testTimeout: 60_000,
    hookTimeout: 120_000
  }
})
