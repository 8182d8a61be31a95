/**
 * Packs every published package as the registry would get it, and tries the result as a stranger: the file list, publint,
 * "are the types wrong", an install of all tarballs together in an empty folder, an import of every entry by plain Node,
 * a start of every command, and a type check of a program that imports everything. Publishes nothing.
 * Run by `pnpm package:check`, which puts pnpm on the path.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { publint } from "publint"
import { formatMessage } from "publint/utils"
import type { Package } from "@paymirror/structure"
import { built, output, pack, run, type Tarball, tsc } from "./Tarball.ts"

const root = process.cwd()
const folder = mkdtempSync(join(tmpdir(), "paymirror-pack-"))
const failures = new Map<string, Array<string>>()

const program = "a program that imports every entry"

const fail = (subject: string, message: string): void => {
  failures.set(subject, [...(failures.get(subject) ?? []), message])
}

const attempt = async (self: Package.Package, what: string, work: Promise<unknown>): Promise<void> => {
  try {
    await work
  } catch (cause) {
    fail(self.name, `${what}: ${output(cause)}`)
  }
}

const allowed =
  /^(?:src\/.+|dist\/.+\.(?:js|d\.ts)(?:\.map)?|README\.md|CHANGELOG\.md|LICENSE|package\.json|openapi\.json|templates\/.+)$/
/** A template holds what its package will: tests too. */
const forbidden =
  /^(?!templates\/.+\/test\/).*(?:(?:^|\/)(?:test|tests|fixtures)\/|\.test\.)|(?:^|\/)node_modules\/|\.tsbuildinfo$/

const contents = ({ self, paths }: Tarball): void => {
  for (const path of paths)
    if (!allowed.test(path) || forbidden.test(path)) fail(self.name, `the tarball holds ${path}`)
  for (const path of ["LICENSE", "README.md", "package.json"]) {
    if (!paths.includes(path)) fail(self.name, `the tarball has no ${path}`)
  }
  const stale = paths.filter(
    (path) =>
      path.startsWith("dist/") &&
      path.endsWith(".js") &&
      !paths.includes(path.replace("dist/", "src/").replace(/\.js$/, ".ts"))
  )
  for (const path of stale) fail(self.name, `${path} has no source: dist is stale`)
}

const lint = async ({ self, file }: Tarball): Promise<void> => {
  const tarball = Uint8Array.from(readFileSync(file)).buffer
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true })
  for (const message of messages)
    fail(self.name, `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`)
}

const attw = fileURLToPath(new URL("dist/index.js", import.meta.resolve("@arethetypeswrong/cli/package.json")))

const types = ({ self, file }: Tarball): Promise<void> =>
  attempt(
    self,
    "attw",
    run(process.execPath, [
      attw,
      file,
      "--profile",
      "esm-only",
      "--no-definitely-typed",
      "--no-emoji",
      "--no-color",
      "-f",
      "ascii"
    ])
  )

/** The version of a dependency that this workspace runs with, so that the trial needs nothing new from the network. */
const installed = (self: Package.Package, name: string): string | undefined => {
  const path = join(self.dir, "node_modules", name, "package.json")
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).version : undefined
}

const entries = (self: Package.Package): ReadonlyArray<string> =>
  Object.keys(self.manifest.publishConfig?.exports ?? {})
    .filter((entry) => entry !== "./package.json")
    .map((entry) => self.name + entry.slice(1))

const install = async (tarballs: ReadonlyArray<Tarball>): Promise<string> => {
  const project = join(folder, "project")
  mkdirSync(project)
  const ours = Object.fromEntries(tarballs.map(({ self, file }) => [self.name, `file:${file}`]))
  const theirs = tarballs.flatMap(({ self }) =>
    Object.keys({ ...self.manifest.dependencies, ...self.manifest.peerDependencies })
      .filter((name) => ours[name] === undefined)
      .map((name) => [name, installed(self, name)])
  )
  const dependencies = { ...Object.fromEntries(theirs), ...ours }
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }))
  writeFileSync(join(project, "pnpm-workspace.yaml"), JSON.stringify({ packages: [], overrides: ours }))
  await run("pnpm", ["install", "--prefer-offline", "--ignore-scripts"], { cwd: project })
  return project
}

/** Data says what it is when it is imported. */
const isData = (entry: string): boolean => entry.endsWith(".json")

const imports = (project: string, { self }: Tarball): Promise<void> => {
  const lines = entries(self)
    .map(
      (entry) =>
        `if (Object.keys(await import("${entry}"${isData(entry) ? `, { with: { type: "json" } }` : ""})).length === 0) throw new Error("${entry} exports nothing")`
    )
    .join("\n")
  return attempt(self, "import", run(process.execPath, ["--input-type=module", "-e", lines], { cwd: project }))
}

const commands = async (project: string, { self }: Tarball): Promise<void> => {
  for (const name of Object.keys(self.manifest.bin ?? {})) {
    const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}` }
    await attempt(
      self,
      `${name} --version`,
      run(join(project, "node_modules/.bin", name), ["--version"], { cwd: project, env })
    )
  }
}

const consumer = async (project: string, tarballs: ReadonlyArray<Tarball>): Promise<void> => {
  const names = tarballs.flatMap(({ self }) => entries(self))
  writeFileSync(
    join(project, "consumer.ts"),
    names
      .map((name, index) => {
        const what = isData(name)
          ? `entry${index} from "${name}" with { type: "json" }`
          : `* as entry${index} from "${name}"`
        return `import ${what}\nvoid entry${index}`
      })
      .join("\n")
  )
  for (const [module, resolution] of [
    ["NodeNext", "NodeNext"],
    ["ESNext", "bundler"]
  ]) {
    const flags = ["--noEmit", "--strict", "--skipLibCheck", "--target", "ES2024", "--types", "", "--resolveJsonModule"]
    try {
      await run(
        process.execPath,
        [tsc, ...flags, "--module", `${module}`, "--moduleResolution", `${resolution}`, "consumer.ts"],
        {
          cwd: project
        }
      )
    } catch (cause) {
      fail(program, `${resolution}: ${output(cause)}`)
    }
  }
}

const report = (subject: string, detail: string): void => {
  const problems = failures.get(subject) ?? []
  console.log(`${problems.length === 0 ? "ok " : "BAD"} ${subject}: ${detail}`)
  for (const problem of problems) console.log(`      ${problem.replaceAll("\n", "\n      ")}`)
}

const inspect = async (tarballs: ReadonlyArray<Tarball>): Promise<void> => {
  for (const tarball of tarballs) {
    contents(tarball)
    await lint(tarball)
    await types(tarball)
  }
}

const tryOut = async (tarballs: ReadonlyArray<Tarball>): Promise<void> => {
  const project = await install(tarballs)
  for (const tarball of tarballs) {
    await imports(project, tarball)
    await commands(project, tarball)
  }
  await consumer(project, tarballs)
}

try {
  const published = await built(root)
  const tarballs = await Promise.all(published.map((self) => pack(self, folder)))
  await Promise.all([inspect(tarballs), tryOut(tarballs)])
  for (const { self, size, paths } of tarballs) {
    const seen = [...entries(self), ...Object.keys(self.manifest.bin ?? {}).map((name) => `${name} --version`)]
    report(self.name, `${(size / 1024).toFixed(0)} kB, ${paths.length} files; ${seen.join(", ")}`)
  }
  report(program, "NodeNext, bundler")
  process.exitCode = failures.size === 0 ? 0 : 1
} catch (cause) {
  console.error(output(cause))
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
