import { defineConfig } from "vitest/config"

const results = process.env["PAYMIRROR_TEST_RESULTS"]

export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts", "tooling/*/test/**/*.test.ts"],
    reporters: results === undefined ? ["default"] : ["default", ["json", { outputFile: results }]],
    testTimeout: 30_000,
    hookTimeout: 30_000
  }
})
