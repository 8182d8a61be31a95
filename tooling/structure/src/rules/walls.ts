/**
 * The walls: who may import whom. `connector-* → core ← sync ← apps` is the one joint of the house, and `session` is what
 * connectors of one route may stand on, as `connector-csv` and `connector-psd2` are; the sandbox stands apart so that it and the connectors can disagree. Type imports count: a type is a dependency like any other.
 */
import { posix } from "node:path"
import * as Package from "../Package.ts"
import type { Problem } from "../Problem.ts"
import * as Source from "../Source.ts"

interface Wall {
  readonly stops: (specifier: string, file: Package.File, self: Package.Package) => boolean
  readonly what: string
  readonly why: string
  readonly todo: string
}

const of = (name: string) => (specifier: string) => specifier === name || specifier.startsWith(`${name}/`)
const isCore = of("@paymirror/core")
const isEffect = of("effect")
const isSession = of("@paymirror/session")
const isEngine = of("@paymirror/sync")
const isSandbox = of("@paymirror/sandbox")
const isTesting = of("@paymirror/connector-testing")
const isSimulator = of("@paymirror/connector-testing/simulator")
const isOurs = (specifier: string): boolean => specifier.startsWith("@paymirror/") || of("paymirror")(specifier)
const isRelative = (specifier: string): boolean => /^\.\.?(?:\/|$)/.test(specifier)
const isNetwork = (specifier: string): boolean =>
  /^(?:node:)?(?:https?|http2|net|tls|dgram|dns|child_process)(?:\/|$)/.test(specifier) ||
  ["undici", "axios", "got", "node-fetch", "ky", "superagent"].some((name) => of(name)(specifier))

const source = (file: Package.File): boolean => file.path.startsWith("src/")
const test = (file: Package.File): boolean => file.path.startsWith("test/")
const sqliteDriver = /(?:^|\/)sqlite[^/]*\.ts$/i

const everywhere: ReadonlyArray<Wall> = [
  {
    stops: (specifier, file) =>
      isRelative(specifier) && posix.normalize(posix.join(posix.dirname(file.path), specifier)).startsWith(".."),
    what: "a relative import leaves its package",
    why: "it works here and breaks in the published package, and it hides a dependency from package.json",
    todo: "import the other package by its name and declare it, or move the code"
  }
]

const walls: Readonly<Record<Package.Role, ReadonlyArray<Wall>>> = {
  core: [
    {
      stops: (specifier, file) => source(file) && !isEffect(specifier) && !isRelative(specifier),
      what: "core imports something other than effect",
      why: "core is the nouns: pure, no I/O, no Node, so that it runs anywhere and every package may depend on it",
      todo: "pass the value in, or put the code in the package that does the I/O"
    }
  ],
  session: [
    {
      stops: (specifier, file, self) =>
        source(file) &&
        !isEffect(specifier) &&
        !isCore(specifier) &&
        !isRelative(specifier) &&
        !of(self.name)(specifier),
      what: "the session route imports something other than core and effect",
      why: "every connector over a session stands on it: what it knows of one provider or one host, all of them carry",
      todo: "let the connector state it as data, or ask for a service of effect"
    },
    {
      stops: (specifier, file) =>
        test(file) && (isEngine(specifier) || isSandbox(specifier) || Package.isConnector(specifier)),
      what: "a test of the session route imports the engine, the sandbox or a connector",
      why: "it is the same for every provider, and is tried with one of its own that exists nowhere",
      todo: "use the provider in test/, or move the test to the connector"
    }
  ],
  sync: [
    {
      stops: (specifier, file) =>
        source(file) &&
        !isEffect(specifier) &&
        !isCore(specifier) &&
        !isRelative(specifier) &&
        !(specifier === "node:sqlite" && sqliteDriver.test(file.path)),
      what: "the engine imports something other than core and effect",
      why: "the engine knows the contract, never a provider, a server or a runtime; only its sqlite driver file names node:sqlite",
      todo: "ask for a service of effect, or hand the thing in from the app"
    }
  ],
  connector: [
    {
      stops: (specifier, file, self) =>
        (source(file) || test(file)) &&
        Package.isConnector(specifier) &&
        !of(self.name)(specifier) &&
        (!Package.isRoute(specifier) || Package.isRoute(self.name)),
      what: "a connector imports another connector",
      why: "a provider changes alone; a shared line would change the other without being asked",
      todo: `repeat the lines, or, when three connectors have them, propose them for core or session; only a whole route (${Package.routes.join(", ")}) may be stood on`
    },
    {
      stops: (specifier, file) => (source(file) || test(file)) && isEngine(specifier),
      what: "a connector imports the engine",
      why: "the engine drives connectors through the contract; a connector that knows it cannot be used without it",
      todo: "emit rows and checkpoints; test with the suite of @paymirror/connector-testing"
    },
    {
      stops: (specifier, file) => source(file) && (isSandbox(specifier) || isTesting(specifier)),
      what: "a connector's src imports the sandbox or the test kit",
      why: "both are for tests; src must speak to the provider as it is",
      todo: "import it in test/ and keep it in devDependencies"
    },
    {
      stops: (specifier, file, self) =>
        (source(file) || test(file)) &&
        isOurs(specifier) &&
        !isCore(specifier) &&
        !isSession(specifier) &&
        !isTesting(specifier) &&
        !isSandbox(specifier) &&
        !isEngine(specifier) &&
        !Package.isConnector(specifier) &&
        !of(self.name)(specifier),
      what: "a connector imports a paymirror package other than core and session",
      why: "core holds the whole contract, session what one route has alike; anything more ties the connector to one host",
      todo: "import from @paymirror/core, and over a person's session from @paymirror/session"
    },
    {
      stops: (specifier, file) => source(file) && isNetwork(specifier),
      what: "a connector opens its own way to the network",
      why: "hosts, rate limits, logs and tests are held at HttpClient; another way out passes them by",
      todo: "use HttpClient from effect/http"
    }
  ],
  testing: [
    {
      stops: (specifier, file) => source(file) && isOurs(specifier) && !isCore(specifier),
      what: "the test kit imports a paymirror package other than core",
      why: "every connector, also one outside this repository, runs it against the contract alone",
      todo: "import from @paymirror/core only"
    },
    {
      stops: (specifier, file) =>
        file.path.startsWith("src/simulator/") && (of("vitest")(specifier) || of("@effect/vitest")(specifier)),
      what: "the simulator kit imports a test runner",
      why: "a simulator also runs by itself, as the sandbox does, where no test runner is installed",
      todo: "keep what needs one in the suite, beside src/simulator"
    }
  ],
  sandbox: [
    {
      stops: (specifier, file, self) =>
        (source(file) || test(file)) && isOurs(specifier) && !isSimulator(specifier) && !of(self.name)(specifier),
      what: "the sandbox imports a paymirror package other than the simulator kit",
      why: "it is the provider's side, written from the specification, so that it and a connector can disagree",
      todo: "write the shape again from the specification; only @paymirror/connector-testing/simulator, which knows no wire, may stand"
    }
  ],
  other: []
}

export const check = (self: Package.Package): ReadonlyArray<Problem> =>
  self.files.flatMap((file) =>
    Source.imports(file.source).flatMap((found) =>
      [...everywhere, ...walls[self.role]]
        .filter((wall) => wall.stops(found.specifier, file, self))
        .map((wall) => ({
          file: file.shown,
          line: found.line,
          what: `${wall.what}: "${found.specifier}"`,
          why: wall.why,
          todo: wall.todo,
          severity: "error" as const
        }))
    )
  )
