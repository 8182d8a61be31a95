/**
 * Every operation of the interface, asked by everybody of everything: who may not see a thing must not be able to tell it
 * from one that is not there. Generated from the description; gives what is wrong, a line each.
 */
import { scopes, type Scope } from "@paymirror/api"
import * as ApiKeys from "../../src/service/ApiKeys.ts"
import { faultsOf, type Operation, operations } from "./Description.ts"
import { type Made, makers } from "./makers.ts"
import type { Owned, People } from "./People.ts"
import type { Answer } from "./Service.ts"

export interface Callers {
  /** Bound to Alex. */
  readonly owner: string
  /** Of Alex's tenant, bound to nobody. */
  readonly tenant: string
  /** Bound to Robin. */
  readonly otherPerson: string
  readonly otherTenant: string
  readonly revoked: string
  readonly expired: string
  readonly unknown: string
}

export const callers = async ({ alex, robin, service }: People): Promise<Callers> => {
  const revoked = await service.keyWithId()
  await service.run(ApiKeys.revoke(revoked.keyId))
  const owner = await service.key({ holderId: alex.holderId })
  return {
    owner,
    tenant: await service.key(),
    otherPerson: await service.key({ holderId: robin.holderId }),
    otherTenant: await service.key({ tenant: "globex" }),
    revoked: revoked.key,
    expired: await service.key({ expiresAt: "2020-01-01T00:00:00.000Z" }),
    // The right id, and another secret.
    unknown: `${owner.slice(0, -8)}AAAAAAAA`
  }
}

/** A key with every scope but the operation's. */
const lacking = new Map<string, Promise<string>>()
const without = (people: People, scope: string): Promise<string> => {
  const known =
    lacking.get(scope) ?? people.service.key({ scopes: scopes.filter((one): one is Scope => one !== scope) })
  lacking.set(scope, known)
  return known
}

const fill = (path: string, params: Readonly<Record<string, string>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? "-"))

const isEndless = (operation: Operation): boolean =>
  operation.responses["200"]?.content?.["text/event-stream"] !== undefined

/** Asks, and of an answer without an end takes the beginning. */
const ask = async (base: string, operation: Operation, made: Made, key: string | undefined): Promise<Answer> => {
  const query = new URLSearchParams(made.query).toString()
  const control = new AbortController()
  const response = await fetch(`${base}${fill(operation.path, made.params ?? {})}${query === "" ? "" : `?${query}`}`, {
    method: operation.method,
    signal: control.signal,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(made.body !== undefined && { "content-type": "application/json" }),
      ...made.headers
    },
    ...(made.body !== undefined && { body: typeof made.body === "string" ? made.body : JSON.stringify(made.body) })
  })
  if (isEndless(operation) && response.status === 200) {
    const first = await response.body?.getReader().read()
    control.abort()
    const text = new TextDecoder().decode(first?.value)
    return { status: 200, headers: response.headers, text, json: undefined }
  }
  const text = await response.text()
  const isJson = response.headers.get("content-type")?.includes("json") === true
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined }
}

/** What an answer looks like, without what it says; of a problem all of it. */
const shapeOf = ({ json, status, text }: Answer): string => {
  if (status >= 400 || json === undefined) return `${status} ${text.replaceAll(/evt_\d+/g, "evt")}`
  const shape = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.length === 0
        ? []
        : [shape(value[0])]
      : typeof value === "object" && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shape(inner)]))
        : typeof value
  return `${status} ${JSON.stringify(shape(json))}`
}

export interface Options {
  /** Where it is asked; the service itself unless said. */
  readonly base?: string
  /** Which operations; all unless said. */
  readonly only?: (operation: Operation) => boolean
}

/** What a key that is bound to one person may not do at all. */
const isTenants = ({ group, id }: Operation): boolean => group === "webhooks" || id === "createHolder"

/** What is wrong, and how many requests it took to see. */
export const check = async (
  people: People,
  by: Callers,
  { base = people.service.base, only = () => true }: Options = {}
) => {
  const wrong: Array<string> = []
  let asked = 0
  for (const operation of operations.filter((one) => one.secured && only(one))) {
    const maker = makers[operation.id]
    if (maker === undefined) {
      wrong.push(`${operation.id}: no entry in makers.ts says how to make what it is asked of`)
      continue
    }
    const about = async (who: string, key: string | undefined, whose: Owned | undefined) => {
      const made = await maker(whose, people)
      const answer = await ask(base, operation, made, key)
      asked += 1
      const say = (what: string): void => void wrong.push(`${operation.id} by ${who}: ${what}`)
      for (const fault of faultsOf(operation, answer)) say(fault)
      if (answer.status >= 500 && answer.status !== 503) say(`a ${answer.status}`)
      return { answer, say, shape: shapeOf(answer) }
    }

    /** Nobody's, somebody else's and one's own look the same, and as they should. */
    const refused = async (who: string, key: string | undefined, status: number) => {
      const [absent, ...others] = await Promise.all(
        [undefined, people.kim, people.robin, people.alex].map((whose) => about(who, key, whose))
      )
      for (const { answer, say, shape } of [absent, ...others].filter((one) => one !== undefined)) {
        if (answer.status !== status) say(`${answer.status} instead of ${status}`)
        if (shape !== absent?.shape) say("the answer depends on what is there")
      }
    }
    await refused("nobody", undefined, 401)
    await refused("a revoked key", by.revoked, 401)
    await refused("an expired key", by.expired, 401)
    await refused("an unknown key", by.unknown, 401)
    if (operation.scope !== undefined)
      await refused("a key without the scope", await without(people, operation.scope), 403)

    /** What is somebody else's looks as what nobody has, and tells nothing of them. */
    const blind = async (who: string, key: string, to: ReadonlyArray<Owned>, isBound = true) => {
      const absent = await about(who, key, undefined)
      const isOne = operation.path.includes("{")
      const expected = isBound && isTenants(operation) ? 403 : 404
      if (isOne && absent.answer.status !== expected) absent.say(`${absent.answer.status} for what nobody has`)
      for (const whose of to) {
        const { answer, say, shape } = await about(who, key, whose)
        if (shape !== absent.shape) say(`somebody else's can be told from nobody's: ${answer.status}`)
        if (whose.marks.some((mark) => answer.text.includes(mark))) say("somebody else's data is in the answer")
      }
    }
    await blind("another person", by.otherPerson, [people.alex, people.kim])
    await blind("another tenant", by.otherTenant, [people.alex, people.robin], false)
    await blind("the owner", by.owner, [people.robin, people.kim])
    await blind("the owner's tenant", by.tenant, [people.kim], false)

    /** Without a word whose, only what is one's own is there. */
    if (operation.method === "GET" && !operation.path.includes("{")) {
      for (const [who, key, others] of [
        ["another person", by.otherPerson, [people.alex, people.kim]],
        ["another tenant", by.otherTenant, [people.alex, people.robin]],
        ["the owner", by.owner, [people.robin, people.kim]],
        ["the owner's tenant", by.tenant, [people.kim]]
      ] as const) {
        const answer = await ask(base, operation, { query: isEndless(operation) ? {} : { limit: "500" } }, key)
        asked += 1
        if (others.some(({ marks }) => marks.some((mark) => answer.text.includes(mark))))
          wrong.push(`${operation.id} by ${who}: somebody else's data is in the list`)
      }
    }

    /** Nobody undid anything: the owner still gets what is theirs. */
    for (const [who, key] of [
      ["the owner's tenant", by.tenant],
      ["the owner", by.owner]
    ] as const) {
      // A person who is erased for a test is a new one, and nobody's key is bound to them.
      if (who === "the owner" && (isTenants(operation) || operation.id === "eraseHolder")) continue
      const { answer, say } = await about(who, key, people.alex)
      if (answer.status >= 300) say(`${answer.status} for their own`)
    }
  }
  return { wrong, asked }
}
