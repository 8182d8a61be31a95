/** `paymirror master-key`: the keys that everything sealed stands on, by their ids alone; a key itself is never printed. */
import { Seal } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Prompt from "effect/cli/Prompt"
import { codes, Refusal } from "../Exit.ts"
import * as Home from "../Home.ts"
import * as MasterKey from "../MasterKey.ts"
import { answer, root, withMirror } from "../root.ts"
import { section } from "../Sections.ts"
import { render } from "../Table.ts"
import { wrap } from "../wrap.ts"

const states = {
  active: "active",
  standby: "opens only, not retired yet",
  retired: "opens only",
  missing: "not here"
}

const show = Command.make(
  "show",
  {},
  Effect.fn(function* () {
    const status = yield* withMirror(Effect.flatMap(Seal, (seal) => seal.status))
    yield* answer(status, (room) =>
      [
        render(
          [
            { title: "key", of: (key) => key.id, whole: true },
            { title: "state", of: (key) => states[key.state] },
            { title: "data keys", of: (key) => String(key.dataKeys), right: true }
          ],
          status.keys,
          room
        ),
        ...section(
          "Of an earlier version",
          status.direct === 0
            ? []
            : wrap(`${status.direct} values stand on a master key directly; a rotation changes that.`, room)
        )
      ].join("\n")
    )
  })
).pipe(Command.withDescription("List the keys by id, and how many data keys stand on each"))

const rotate = Command.make(
  "rotate",
  {},
  Effect.fn(function* () {
    const result = yield* withMirror(MasterKey.rotate)
    const { active, resealed, rewrapped, unneeded, unopened } = result
    yield* answer(result, (room) =>
      [
        `${unopened === 0 ? "Everything stands" : `All but ${unopened} stand`} on ${active} now: ${rewrapped} data keys wrapped anew, ${resealed} values of an earlier version sealed anew.`,
        ...(unneeded.length === 0
          ? []
          : [
              `Nothing in this mirror needs ${unneeded.join(", ")} any more; a backup from before does. To remove it: paymirror master-key drop`
            ])
      ]
        .flatMap((text) => wrap(text, room))
        .join("\n")
    )
    if (unopened > 0) {
      return yield* new Refusal({
        message: `${unopened} data keys or values are left as they were: no key that is here opens them. Put the key back that is not here (paymirror master-key show), then rotate again.`,
        code: codes.failed
      })
    }
  })
).pipe(
  Command.withDescription("Put everything sealed on a new key; killed at any point, it goes on when it is run again")
)

const drop = Command.make(
  "drop",
  {
    yes: Flag.Boolean("yes").pipe(
      Flag.withDescription("Without being asked whether another mirror or a backup needs them"),
      Flag.withDefault(false)
    )
  },
  Effect.fn(function* ({ yes }) {
    const { db, json } = yield* root
    const unneeded = yield* withMirror(Effect.flatMap(Seal, (seal) => Effect.map(seal.status, MasterKey.unneeded)))
    if (unneeded.length > 0 && !yes) {
      const question = `${yield* Home.database(db)} needs ${unneeded.join(", ")} no more. A backup from before, or another mirror with the same key file, would not open again. Remove?`
      const agreed = !json && (yield* Prompt.run(Prompt.Confirm({ message: question })))
      if (!agreed)
        return yield* new Refusal({ message: "Nothing was removed. To remove it: --yes", code: codes.personNeeded })
    }
    const { dropped, from } = yield* withMirror(MasterKey.drop)
    yield* answer({ dropped }, () =>
      dropped.length === 0
        ? "There is no key to remove."
        : `Removed ${dropped.join(", ")} from ${from._tag === "File" ? from.path : "PAYMIRROR_KEY"}.`
    )
  })
).pipe(Command.withDescription("Remove older keys that nothing stands on"))

export const masterKey = Command.make("master-key").pipe(
  Command.withDescription("The keys that everything sealed stands on: show, rotate, drop"),
  Command.withSubcommands([show, rotate, drop])
)
