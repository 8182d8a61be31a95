/** How somebody in the demo hands their session over: through a file that is gone afterwards, as at a terminal. */
import { StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { linkAccount } from "../linkAccount.ts"
import { atTerminal } from "../Person.ts"
import type { Stage } from "./Stage.ts"

export const handOver = (
  stage: Stage,
  {
    baseUrl,
    connector,
    person,
    session
  }: {
    readonly person: string
    readonly connector: string
    readonly baseUrl: string
    readonly session: { readonly refreshToken: string; readonly deviceId: string }
  }
) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = (yield* Path.Path).join(stage.folder, "hand-over.json")
    const values = { refresh_token: session.refreshToken, device_id: session.deviceId }
    yield* fs.writeFileString(path, JSON.stringify(values), { mode: 0o600 })
    const linked = yield* linkAccount(
      {
        connector,
        holder: person,
        settings: { baseUrl },
        streams: StreamName.streamNames,
        days: 365,
        attendedOnly: false,
        presence: undefined
      },
      {
        ...atTerminal({ handOver: Option.some(path), agreed: true, redirectUrl: undefined }),
        say: () => Effect.void,
        agrees: () => Effect.succeed(true)
      }
    )
    yield* fs.remove(path)
    return linked
  })
