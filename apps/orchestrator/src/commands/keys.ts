/** `paymirror keys`: who may call the HTTP interface. A key is shown once, when it is made. */
import { Instant } from "@paymirror/core"
import { Scope, scopes } from "@paymirror/api"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { codes, Refusal } from "../Exit.ts"
import { answer, answerTable, root, withMirror } from "../root.ts"
import * as ApiKeys from "../service/ApiKeys.ts"
import { migrate } from "../service/migrations.ts"
import * as Tenants from "../service/Tenants.ts"

const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const show = (made: { readonly keyId: string; readonly key: Redacted.Redacted<string> }, more: string) => {
  const key = Redacted.value(made.key)
  return answer({ keyId: made.keyId, key }, () => `${key}\nKeep it: it is not shown again.${more}`)
}

const personOf = (tenantId: string, named: Option.Option<string>) =>
  Effect.gen(function* () {
    if (Option.isNone(named)) return undefined
    const found = yield* Tenants.find(tenantId, named.value)
    if (found !== undefined) return found.holderId
    return yield* new Refusal({
      message: `This tenant has nobody called "${named.value}". Name a person by the tenant's reference or the holder's id.`,
      code: codes.usage
    })
  })

const create = Command.make(
  "create",
  {
    tenant: Flag.String("tenant").pipe(
      Flag.withDescription("Whose key it is; a new name is a new tenant"),
      Flag.withDefault(Tenants.local)
    ),
    name: Flag.String("name").pipe(Flag.withDescription("What it is for"), Flag.withDefault("key")),
    scope: Flag.Literals("scope", Scope.literals).pipe(
      Flag.withDescription("What it may do; may be repeated. All unless said"),
      Flag.atLeast(0)
    ),
    holder: Flag.String("holder").pipe(
      Flag.withDescription("The only person it may see: the tenant's reference or the holder's id"),
      Flag.optional
    ),
    expiresDays: Flag.Int("expires-days").pipe(
      Flag.withDescription("Days until it is over; never unless said"),
      Flag.withSchema(whole(1, 3650)),
      Flag.optional
    )
  },
  Effect.fn(function* ({ expiresDays, holder, name, scope, tenant }) {
    yield* root
    const made = yield* withMirror(
      Effect.gen(function* () {
        yield* migrate
        const { tenantId } = yield* Tenants.named(tenant)
        const holderId = yield* personOf(tenantId, holder)
        const now = yield* Clock.currentTimeMillis
        const expiresAt = Option.getOrUndefined(
          Option.map(expiresDays, (days) => Instant.fromEpochMillis(now + days * 86_400_000))
        )
        return yield* ApiKeys.create({
          tenantId,
          name,
          scopes: scope.length === 0 ? scopes : scope,
          holderId,
          expiresAt
        })
      })
    )
    yield* show(made, "")
  })
).pipe(
  Command.withDescription("Make a key"),
  Command.withExamples([
    { command: "paymirror keys create --tenant acme", description: "A key that may do everything for its tenant" },
    {
      command: "paymirror keys create --tenant acme --holder customer-17 --scope plans --expires-days 30",
      description: "A key that sees one person's plans for a month"
    }
  ])
)

const standing = (key: ApiKeys.ApiKey, now: string): string =>
  key.revokedAt !== null
    ? `revoked ${key.revokedAt.slice(0, 10)}`
    : key.expiresAt === null
      ? "good"
      : `${key.expiresAt > now ? "until" : "over since"} ${key.expiresAt.slice(0, 16).replace("T", " ")}`

const list = Command.make(
  "list",
  {},
  Effect.fn(function* () {
    yield* root
    const rows = yield* withMirror(Effect.andThen(migrate, ApiKeys.list))
    const now = Instant.fromEpochMillis(yield* Clock.currentTimeMillis)
    yield* answerTable(
      rows,
      [
        { title: "key", of: (key) => key.keyId, whole: true },
        { title: "tenant", of: (key) => key.tenant },
        { title: "name", of: (key) => key.name },
        { title: "person", of: (key) => key.holderId ?? "all" },
        { title: "scopes", of: (key) => (key.scopes.length === scopes.length ? "all" : key.scopes.join(" ")) },
        { title: "state", of: (key) => standing(key, now), whole: true }
      ],
      "There is no key yet. Make one: paymirror keys create"
    )
  })
).pipe(Command.withDescription("List the keys, without their secrets"))

const keyId = Argument.String("key").pipe(
  Argument.withDescription("The key's id, as `paymirror keys list` shows it"),
  // Somebody who pastes the whole key means its id.
  Argument.map((text) => ApiKeys.idIn(text))
)

const unknown = (id: string) =>
  new Refusal({
    message: `There is no key "${id}" that is good. They are listed by: paymirror keys list`,
    code: codes.usage
  })

const rotate = Command.make(
  "rotate",
  {
    key: keyId,
    overlap: Flag.Int("overlap").pipe(
      Flag.withDescription("Hours for which the old one is good beside it"),
      Flag.withSchema(whole(0, 720)),
      Flag.withDefault(0)
    )
  },
  Effect.fn(function* ({ key, overlap }) {
    yield* root
    const made = yield* withMirror(Effect.andThen(migrate, ApiKeys.rotate(key, overlap)))
    if (made === undefined) return yield* unknown(key)
    yield* show(made, overlap === 0 ? "\nThe old one is over." : `\nThe old one is good for ${overlap} more hours.`)
  })
).pipe(
  Command.withDescription("Replace a key by a new one that may do the same"),
  Command.withExamples([
    {
      command: "paymirror keys rotate 0198f1… --overlap 24",
      description: "Both are good for a day, then the new one alone"
    }
  ])
)

const revoke = Command.make(
  "revoke",
  { key: keyId },
  Effect.fn(function* ({ key }) {
    yield* root
    if (!(yield* withMirror(Effect.andThen(migrate, ApiKeys.revoke(key))))) return yield* unknown(key)
    yield* answer({ keyId: key, revoked: true }, () => "It is over: its next request is refused.")
  })
).pipe(Command.withDescription("End a key at once"))

export const keys = Command.make("keys").pipe(
  Command.withDescription("API keys: who may call the HTTP interface"),
  Command.withSubcommands([create, list, rotate, revoke])
)
