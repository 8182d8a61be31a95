/** Why a secret was not sealed or not opened. Nothing in it tells which of the causes it was, nor anything of the secret. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

export class SealError extends Schema.TaggedError<SealError>()("SealError", { detail: Schema.String }) {
  override get message(): string {
    return this.detail
  }
}

/** The one answer where something sealed does not open: another key, another place, changed bytes, a key that was destroyed. */
export const refused: Effect.Effect<never, SealError> = Effect.suspend(() =>
  Effect.fail(new SealError({ detail: "a stored secret does not open with this key" }))
)
