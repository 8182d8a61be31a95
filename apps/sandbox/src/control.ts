/**
 * The other door: everything a test or a demonstration may do to the world, over HTTP under `/_sandbox`. It hands out
 * sessions to whoever asks, which is why the server listens on this machine only. None of it is part of the provider's
 * interface, and none of it is written into the request ledger.
 */
import * as Schema from "effect/Schema"
import { getBanks, postBanks } from "./bank/control.ts"
import type { BankSandbox } from "./bank/Town.ts"
import { Rule, iso, rotations } from "@paymirror/connector-testing/simulator"
import type { Answer, Asked, Faults, RequestLedger } from "@paymirror/connector-testing/simulator"
import { commands } from "./Commands.ts"
import { exportOrders, exportStatement } from "./export.ts"
import type { Person } from "./Person.ts"
import { Refused } from "./Refused.ts"
import type { World } from "./World.ts"

export interface Controlled {
  readonly world: World
  /** The banks beside it, where there are any. */
  readonly banks?: BankSandbox | undefined
  readonly faults: Faults
  readonly ledger: RequestLedger
}

const amount = Schema.Number.check(Schema.isBetween({ minimum: 0, maximum: 36_500 * 86_400 }))
const whole = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 36_500 * 86_400 }))
const may = Schema.optionalKey

const Move = Schema.Struct({
  to: may(Schema.String),
  days: may(amount),
  hours: may(amount),
  minutes: may(amount),
  seconds: may(amount)
})
const Mode = Schema.Struct({
  rotation: may(Schema.Literals(rotations)),
  graceSeconds: may(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 86_400 }))),
  accessSeconds: may(whole),
  refreshDays: may(whole)
})
const Newcomer = Schema.Struct({
  id: Schema.String.check(Schema.isPattern(/^[a-z0-9-]{1,40}$/)),
  givenName: Schema.String,
  familyName: Schema.String,
  email: may(Schema.String),
  phone: may(Schema.String)
})

const decodeMove = Schema.decodeUnknownSync(Move)
const decodeMode = Schema.decodeUnknownSync(Mode)
const decodeNewcomer = Schema.decodeUnknownSync(Newcomer)
const decodeJson = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Unknown))
const decodeRule = Schema.decodeUnknownSync(Rule)

const file = (name: string, content: string): Answer => ({
  status: 200,
  body: content,
  headers: { "content-type": "text/csv; charset=utf-8", "content-disposition": `attachment; filename="${name}"` }
})

const summary = ({ balance, card, deliveries, id, points, purchases }: Person) => ({
  id,
  purchases: purchases.feed.size,
  cardTransactions: card.feed.size,
  balanceEntries: balance.feed.size,
  pointsEntries: points.feed.size,
  deliveries: deliveries.feed.size,
  balance: balance.amount,
  points: points.confirmed
})

const shownPurchases = 100

const details = (person: Person) => ({
  ...summary(person),
  latestPurchases: [...person.purchases.orders()].slice(-shownPurchases).map(({ row }) => row)
})

type Do = (body: unknown) => unknown

const posts = ({ faults, ledger, world }: Controlled): Readonly<Record<string, Do>> => ({
  "advance": (body) => {
    const { to, ...span } = decodeMove(body)
    return { now: to === undefined ? world.advance(span) : world.advanceTo(to) }
  },
  "people": (body) => world.addPerson(decodeNewcomer(body)),
  "session-mode": (body) => {
    world.sessions.mode = { ...world.sessions.mode, ...decodeMode(body) }
    return world.sessions.mode
  },
  "expire-access": () => world.expireAccess(),
  "expire-cursors": () => world.expireCursors(),
  "faults": (body) => {
    faults.add(decodeRule(body))
    return { faults: faults.standing }
  },
  "faults/heal": () => faults.heal(),
  "ledger/clear": () => ledger.clear()
})

const get = (controlled: Controlled, [noun = "", personId, ...rest]: ReadonlyArray<string>, query: URLSearchParams) => {
  const { faults, ledger, world } = controlled
  if (personId === undefined) {
    switch (noun) {
      case "":
        return {
          post: Object.keys(posts(controlled)),
          postForOnePerson: Object.fromEntries(Object.entries(commands).map(([name, one]) => [name, one.fields]))
        }
      case "clock":
        return { now: iso(world.clock.now) }
      case "people":
        return { people: world.people.map(summary) }
      case "session-mode":
        return world.sessions.mode
      case "faults":
        return { faults: faults.standing }
      case "ledger":
        return { totals: ledger.totals, entries: ledger.entries }
    }
  }
  if (noun !== "people" || personId === undefined) return undefined
  switch (rest.join("/")) {
    case "":
      return details(world.person(personId))
    case "exports/orders.csv":
      return exportOrders(world, personId, { until: query.get("until") ?? undefined })
    case "exports/statement.csv":
      return exportStatement(world, personId)
    default:
      return undefined
  }
}

const post = (controlled: Controlled, route: ReadonlyArray<string>, body: unknown): unknown => {
  const [noun, personId = "", name = ""] = route
  const own = posts(controlled)[route.join("/")]
  if (own !== undefined) return own(body) ?? {}
  const command = route.length === 3 && noun === "people" ? commands[name] : undefined
  return command === undefined ? undefined : (command.run(controlled.world, personId, body) ?? {})
}

const ofBanks = (
  { banks }: Controlled,
  [noun, ...route]: ReadonlyArray<string>,
  method: string,
  body: unknown
): unknown => {
  if (noun !== "banks" || banks === undefined) return undefined
  return method === "GET" ? getBanks(banks, route) : postBanks(banks, route, body)
}

const run = async (controlled: Controlled, { body, method, path, query }: Asked): Promise<Answer> => {
  const route = path
    .split("/")
    .slice(2)
    .filter((part) => part !== "")
  if (method !== "GET" && method !== "POST") return { status: 405, body: { error: "method_not_allowed" } }
  const given = body.trim() === "" ? {} : decodeJson(body)
  const own = method === "GET" ? get(controlled, route, query) : post(controlled, route, given)
  const result = own ?? (await ofBanks(controlled, route, method, given))
  if (result === undefined) return { status: 404, body: { error: "not_found" } }
  return typeof result === "string" ? file(route.at(-1) ?? "", result) : { status: 200, body: result }
}

/** A command the provider's rules refuse is a 409, a body that does not fit is a 400. */
export const control = async (controlled: Controlled, asked: Asked): Promise<Answer> => {
  try {
    return await run(controlled, asked)
  } catch (error) {
    if (error instanceof Refused) return { status: 409, body: { error: "refused", message: error.message } }
    if (Schema.isSchemaError(error)) return { status: 400, body: { error: "invalid_body", message: error.message } }
    throw error
  }
}
