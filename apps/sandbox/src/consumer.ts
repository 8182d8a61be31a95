/**
 * The provider's consumer interface, as `docs/klarna-us-wire.md` has it: the two session calls, the five feeds and the
 * three single answers, as a table of routes over a world.
 */
import { Route, Simulator } from "@paymirror/connector-testing/simulator"
import type { FeedName, Person } from "./Person.ts"
import type { World } from "./World.ts"

/** The provider before one world, without a socket. */
export const simulate = (world: World): Simulator.Simulator => {
  const list = (name: FeedName, rows: string): Route.Route =>
    Route.feed((person) => world.person(person).feeds[name], { rows })
  const one = (key: string, read: (person: Person, asOf: string) => object): Route.Route =>
    Route.one(key, (person, asOf) => read(world.person(person), asOf))
  return Simulator.make({
    clock: world.clock,
    sessions: world.sessions,
    cursors: world.cursors,
    routes: {
      "POST /auth/v1/token/refresh": Route.refresh(),
      "POST /auth/v1/token/revoke": Route.revoke(),
      "GET /consumer/v2/purchases": list("purchases", "purchases"),
      "GET /consumer/v2/card/transactions": list("card", "transactions"),
      "GET /consumer/v2/balance/entries": list("balance", "entries"),
      "GET /consumer/v2/cashback/entries": list("cashback", "entries"),
      "GET /consumer/v2/deliveries": list("deliveries", "deliveries"),
      "GET /consumer/v2/balance": one("balance", ({ balance }, as_of) => ({
        amount_minor: balance.amount,
        available_minor: balance.available,
        currency: "USD",
        as_of
      })),
      "GET /consumer/v2/cashback": one("cashback", ({ points }, as_of) => ({
        points: points.confirmed,
        pending_points: points.pending,
        as_of
      })),
      "GET /consumer/v2/profile": one("profile", ({ profile }) => profile.row)
    }
  })
}
