/**
 * A whole sandbox: a world with its story told, behind a server of its own. `make` is for Effect and closes with its
 * scope; `start` is the same for everybody else. The world may be commanded directly or over HTTP; it is the same one.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Town from "./bank/Town.ts"
import type { BankSandbox, RunningBankSandbox, TownOptions } from "./bank/Town.ts"
import { day, iso } from "@paymirror/connector-testing/simulator"
import type { Faults, HandOver, RequestLedger } from "@paymirror/connector-testing/simulator"
import { simulate } from "./consumer.ts"
import { exportOrders, exportStatement } from "./export.ts"
import { listen } from "./server.ts"
import { everydayStory } from "./story.ts"
import type { Story } from "./story.ts"
import { defaultStart, World } from "./World.ts"
import type { Span, WorldOptions } from "./World.ts"

export { simulate }

export interface SandboxOptions extends WorldOptions {
  /** Any free port unless said. */
  readonly port?: number | undefined
  /** What happened before `startAt`; eight months of two people unless said. */
  readonly story?: Story | undefined
  /** Which banks stand beside it, on the same clock: `true` for all. None unless said. */
  readonly banks?: boolean | Omit<TownOptions, "clock"> | undefined
}

export interface Sandbox {
  readonly baseUrl: string
  /** The banks that were asked for. */
  readonly banks: BankSandbox | undefined
  readonly world: World
  readonly faults: Faults
  readonly ledger: RequestLedger
  readonly advance: (span: Span) => string
  readonly advanceTo: (instant: string) => string
  readonly openSession: (personId: string) => HandOver
  readonly exportOrders: (personId: string, span?: { readonly until?: string | undefined }) => string
  readonly exportStatement: (personId: string) => string
}

export interface RunningSandbox extends Sandbox {
  readonly close: () => Promise<void>
}

/** A world at `startAt` with its story behind it. */
export const makeWorld = (options: Omit<SandboxOptions, "port"> = {}): World => {
  const { startAt = defaultStart, story = everydayStory } = options
  const world = new World({ ...options, startAt: iso(Date.parse(startAt) - story.days * day) })
  story.tell(world)
  world.advanceTo(startAt)
  return world
}

const openBanks = (world: World, { banks, seed }: SandboxOptions): Promise<RunningBankSandbox> | undefined => {
  if (banks === undefined || banks === false) return undefined
  return Town.start({ seed, ...(banks === true ? {} : banks), clock: world.clock })
}

/** Rejects where the port is taken or the options make no world. */
export const start = async (options: SandboxOptions = {}): Promise<RunningSandbox> => {
  const world = makeWorld(options)
  const simulator = simulate(world)
  const { faults, ledger } = simulator
  const banks = await openBanks(world, options)
  const { close, origin } = await listen(simulator, { world, faults, ledger, banks }, options.port ?? 0).catch(
    async (error: unknown) => {
      await banks?.close()
      throw error
    }
  )
  return {
    baseUrl: origin,
    banks,
    world,
    faults,
    ledger,
    advance: (span) => world.advance(span),
    advanceTo: (instant) => world.advanceTo(instant),
    openSession: (personId) => world.openSession(personId),
    exportOrders: (personId, span) => exportOrders(world, personId, span),
    exportStatement: (personId) => exportStatement(world, personId),
    close: async () => {
      await banks?.close()
      await close()
    }
  }
}

/** A sandbox that lives as long as its scope. A port that is taken is a defect. */
export const make = (options: SandboxOptions = {}): Effect.Effect<Sandbox, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(() => start(options)),
    (sandbox) => Effect.promise(() => sandbox.close())
  )
