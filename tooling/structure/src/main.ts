#!/usr/bin/env node
/**
 * `paymirror-structure [dir]`: prints every problem with its place, its reason and its remedy, and fails when one is an
 * error. Without a directory it checks the one it is run in.
 */
import { resolve } from "node:path"
import { check } from "./check.ts"
import * as Package from "./Package.ts"
import * as Problem from "./Problem.ts"

const root = resolve(process.argv[2] ?? ".")
const packages = Package.find(root)
const problems = check(root)
const errors = problems.filter((problem) => problem.severity === "error").length

for (const problem of problems) console.log(`${Problem.show(problem)}\n`)
if (packages.length === 0) console.log("no package.json here, nor in packages/, apps/ or tooling/")
console.log(
  `structure: ${packages.length} packages, ${packages.reduce((sum, self) => sum + self.files.length, 0)} files, ` +
    `${errors} errors, ${problems.length - errors} warnings`
)
process.exitCode = errors > 0 || packages.length === 0 ? 1 : 0
