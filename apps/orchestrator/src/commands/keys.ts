/** `paymirror keys`: who may call the HTTP interface. A key is shown once, when it is made. */
import { Scope, scopes } from "@paymirror/api"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { answer, answerTable, root, withMirror } from "../root.ts"
import * as ApiKeys from "../service/ApiKeys.ts"
import { migrate } from "../service/migrations.ts"
import * as Tenants from "../service/Tenants.ts"

const create = Command.make(
  "create",
  {
    tenant: Flag.String("tenant").pipe(Flag.withDescription("Whose key it is"), Flag.withDefault(Tenants.local)),
    name: Flag.String("name").pipe(Flag.withDescription("What it is for"), Flag.withDefault("key")),
    scope: Flag.Literals("scope", Scope.literals).pipe(
      Flag.withDescription("What it may do; may be repeated. All unless said"),
      Flag.atLeast(0)
    )
  },
  Effect.fn(function* ({ name, scope, tenant }) {
    yield* root
    const made = yield* withMirror(
      Effect.gen(function* () {
        yield* migrate
        const { tenantId } = yield* Tenants.named(tenant)
        return yield* ApiKeys.create({ tenantId, name, scopes: scope.length === 0 ? scopes : scope })
      })
    )
    const key = Redacted.value(made.key)
    yield* answer({ keyId: made.keyId, key }, () => `${key}\nKeep it: it is not shown again.`)
  })
).pipe(Command.withDescription("Make a key"))

const list = Command.make(
  "list",
  {},
  Effect.fn(function* () {
    yield* root
    const rows = yield* withMirror(Effect.andThen(migrate, ApiKeys.list))
    yield* answerTable(
      rows,
      [
        { title: "key", of: (key) => key.keyId },
        { title: "tenant", of: (key) => key.tenantId },
        { title: "name", of: (key) => key.name },
        { title: "revoked", of: (key) => key.revokedAt ?? "" }
      ],
      "There is no key yet. Make one: paymirror keys create"
    )
  })
).pipe(Command.withDescription("List the keys"))

export const keys = Command.make("keys").pipe(
  Command.withDescription("API keys: who may call the HTTP interface"),
  Command.withSubcommands([create, list])
)
