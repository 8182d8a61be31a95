/**
 * What every neighbour of Klarna has alike on its side of the wire: the people who have an account there, the session one
 * of them hands over, days that go by, and acts in the provider's own words. Rows, spellings and rules are each provider's
 * own and stand in its file; how pages, sessions and faults work is the simulator kit's.
 */
import { Clock, day, defaultStart, Random, Simulator, Socket } from "@paymirror/connector-testing/simulator"
import type { Day, Feed, HandOver, Route, SessionMode } from "@paymirror/connector-testing/simulator"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { Refused } from "../Refused.ts"

export interface Person {
  readonly id: string
  readonly givenName: string
  readonly familyName: string
  readonly email: string
}

/** The same two people have an account at every neighbour. Both are invented. */
export const people = [
  { id: "alex", givenName: "Alex", familyName: "Marlowe-Finch", email: "alex@marlowe-finch.example" },
  { id: "robin", givenName: "Robin", familyName: "Oakhurst", email: "robin@oakhurst.example" }
] as const satisfies ReadonlyArray<Person>

export interface Neighbour<Acts extends object = object> {
  /** The id of the provider (`afterpay`), and its name in the record of neighbours. */
  readonly provider: string
  readonly people: ReadonlyArray<Person>
  /** Routes, sessions, clock, faults and the ledger of what was asked. */
  readonly simulator: Simulator.Simulator
  /** Where it listens, for as long as the scope lives. */
  readonly serve: Effect.Effect<string, never, Scope.Scope>
  /** What a consenting account holder hands over. */
  readonly handOver: (person: string) => HandOver
  /** Days go by: installments fall due, are paid or missed; what is pending settles. */
  readonly advance: (span: { readonly days: number }) => void
  /** What people and stores do. An act that the provider's rules do not allow throws `Refused` and changes nothing. */
  readonly acts: Acts
}

export interface Options {
  /** The instant at which the clock is handed over, after the story; 2026-06-01 09:00 UTC unless said. */
  readonly start?: string | undefined
  readonly seed?: number | undefined
  /** `false`: the people are there, and nothing has happened. */
  readonly story?: boolean | undefined
  readonly session?: Partial<SessionMode> | undefined
}

/** What a provider's file states. */
export interface Premises<Acts extends object> {
  readonly routes: Route.Routes
  readonly acts: Acts
  /** What each day brings. */
  readonly everyDay: (today: Day) => void
  /** What has happened so many days before the start, the earliest first. */
  readonly story: ReadonlyArray<readonly [daysBefore: number, act: () => void]>
  /** How it refuses, where that is not the kit's way. */
  readonly refusing?: Pick<Simulator.Options, "refusal" | "statuses">
}

/** How far back a story may reach. */
const storyDays = 150

export const neighbour = <Acts extends object>(
  provider: string,
  options: Options,
  build: (clock: Clock, random: Random) => Premises<Acts>
): Neighbour<Acts> => {
  const { seed = 7, session, start = defaultStart, story = true } = options
  const begin = Date.parse(start) - storyDays * day
  const clock = new Clock(begin)
  const { acts, everyDay, refusing, routes, story: steps } = build(clock, new Random(`${seed}/${provider}`))
  const simulator = Simulator.make({ routes, clock, seed, session, everyDay, ...refusing })
  let passed = 0
  for (const [daysBefore, act] of story ? steps : []) {
    simulator.advance(storyDays - daysBefore - passed)
    passed = storyDays - daysBefore
    act()
  }
  simulator.advance(storyDays - passed)
  return {
    provider,
    people,
    simulator,
    serve: Socket.serve(simulator),
    handOver: (person) => simulator.open(known(person).id),
    advance: ({ days }) => simulator.advance(days),
    acts
  }
}

const known = (id: string): Person => {
  const found = people.find((person) => person.id === id)
  if (found === undefined) throw new Refused(`nobody here is called ${id}`)
  return found
}

/** Something of everybody's own: a ledger, a subscription. */
export const ofEach = <A>(make: (person: Person) => A): ((id: string) => A) => {
  const held = new Map<string, A>()
  return (id) => {
    const person = known(id)
    const own = held.get(id) ?? make(person)
    held.set(id, own)
    return own
  }
}

/** Changes a row and shows it changed; one that nobody made is refused. Answers with what came of it. */
export const changed = <Row extends object, A>(feed: Feed<Row>, id: string, act: (row: Row) => A): A => {
  const row = feed.get(id)
  if (row === undefined) throw new Refused(`nothing here is called ${id}`)
  const came = act(row)
  feed.put(row)
  return came
}
