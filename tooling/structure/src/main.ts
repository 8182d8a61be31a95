#!/usr/bin/env node
/**
 * `paymirror-structure [dir]`: prints every problem with its place, its reason and its remedy, and fails when one is an
 * error. Without a directory it checks the one it is run in.
 */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { parseArgs } from "node:util"
import { check } from "./check.ts"
import * as Package from "./Package.ts"
import * as Problem from "./Problem.ts"

const usage = `paymirror-structure [dir]

Holds a connector's package, or a workspace of packages, to the rules of paymirror's house: which files are there, who
imports whom, what package.json declares. It runs no code and needs no build. Without a directory it checks this one.

  --help, -h    this
  --version     the version

Exit code 0: nothing wrong (warnings are printed). 1: an error, or no package here. 2: wrong use.`

const run = (root: string): number => {
  const packages = Package.find(root)
  const problems = check(root)
  const errors = problems.filter((problem) => problem.severity === "error").length
  for (const problem of problems) console.log(`${Problem.show(problem)}\n`)
  if (packages.length === 0) console.log("no package.json here, nor in packages/, apps/ or tooling/")
  console.log(
    `structure: ${packages.length} packages, ${packages.reduce((sum, self) => sum + self.files.length, 0)} files, ` +
      `${errors} errors, ${problems.length - errors} warnings`
  )
  return errors > 0 || packages.length === 0 ? 1 : 0
}

const options = { help: { type: "boolean", short: "h" }, version: { type: "boolean" } } as const

try {
  const { positionals, values } = parseArgs({ options, allowPositionals: true })
  if (values.help === true) console.log(usage)
  else if (values.version === true)
    console.log(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version)
  else process.exitCode = run(resolve(positionals[0] ?? "."))
} catch (cause) {
  console.error(cause instanceof Error ? cause.message : cause)
  process.exitCode = 2
}
