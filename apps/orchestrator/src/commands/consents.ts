/** `paymirror consents`: what people agreed to, word for word, and what became of it. */
import { ConsentRecord } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { answer, withMirror } from "../root.ts"
import { wrap } from "../wrap.ts"

/** Each consent with its changes and, at last, what was shown. */
export const text =
  (records: ReadonlyArray<ConsentRecord.ConsentRecord>) =>
  (room: number): string =>
    records
      .map(({ events, header, paymirror, processing }) =>
        [
          `${header.recordId}  ${header.piiPrincipalId}, over ${processing.collectionMethod}`,
          ...wrap(
            `${processing.piiInformation.map(({ stream }) => stream).join(", ")}; for ${processing.purpose}; until ${paymirror.expiresAt.slice(0, 10)}`,
            room - 2
          ).map((line) => `  ${line}`),
          ...events.map(
            ({ entityId, eventTime, what }) => `  ${eventTime.slice(0, 19).replace("T", " ")}  ${what} by ${entityId}`
          ),
          ...wrap(`“${processing.privacyNotice.text}”`, room - 4).map((line) => `    ${line}`),
          `    version ${processing.privacyNotice.version}, ${processing.language}, SHA-256 ${processing.privacyNotice.sha256.slice(0, 16)}…`
        ].join("\n")
      )
      .join("\n\n")

export const consents = Command.make(
  "consents",
  {
    holder: Flag.String("holder").pipe(Flag.withDescription("Only of this person"), Flag.optional)
  },
  Effect.fn(function* ({ holder }) {
    const records = yield* withMirror(
      ConsentRecord.records({
        ...(Option.isSome(holder) && { holderId: holder.value }),
        withdrawalMethod: (connectionId) => `paymirror withdraw ${connectionId}`
      })
    )
    yield* answer(records, (room) =>
      records.length === 0 ? "Nobody has agreed to anything yet. See: paymirror link --help" : text(records)(room)
    )
  })
).pipe(
  Command.withDescription("List consents with the text that was shown and every change since"),
  Command.withExamples([
    {
      command: "paymirror consents --holder alex --json",
      description: "Records aligned with ISO/IEC TS 27560, for whoever asks on what authority"
    }
  ])
)
