/**
 * One attempt over the network: a POST whose answer is its status. Redirects are not followed, at most 64 KiB of the
 * answer are read and none is kept, and after a while it is over. It never fails; what went wrong is told in fixed words,
 * without one of the receiver's.
 */
import { Agent, request } from "@effect/platform-node/Undici"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as AddressGuard from "./AddressGuard.ts"
import type { Answer } from "./Verdict.ts"

export interface Message {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Options extends Omit<AddressGuard.Options, "allowPrivate"> {
  /** Milliseconds for everything: 15 000 unless said. */
  readonly timeout?: number
}

const mostOfAnAnswer = 64 * 1024
/** Once a status is there, the rest of the answer is only read so that the connection can be used again. */
const dumpTimeout = 1000

export class Sender extends Context.Service<Sender, { readonly send: (message: Message) => Effect.Effect<Answer> }>()(
  "paymirror/webhooks/Sender"
) {
  static readonly layer = ({ timeout = 15_000, ...guard }: Options = {}): Layer.Layer<Sender> =>
    Layer.effect(
      Sender,
      Effect.gen(function* () {
        const allowPrivate = yield* AddressGuard.AllowPrivate
        const agent = yield* Effect.acquireRelease(
          Effect.sync(
            () =>
              new Agent({
                connect: AddressGuard.connector({ ...guard, allowPrivate }),
                headersTimeout: timeout,
                bodyTimeout: timeout
              })
          ),
          (agent) => Effect.promise(() => agent.destroy())
        )
        return Sender.of({
          send: ({ body, headers, url }) =>
            Effect.tryPromise({
              try: async (signal): Promise<Answer> => {
                const all = AbortSignal.any([signal, AbortSignal.timeout(timeout)])
                const answer = await request(url, {
                  method: "POST",
                  headers,
                  body,
                  dispatcher: agent,
                  signal: all
                })
                const retryAfter = answer.headers["retry-after"]
                await answer.body
                  .dump({ limit: mostOfAnAnswer, signal: AbortSignal.any([all, AbortSignal.timeout(dumpTimeout)]) })
                  .catch(() => answer.body.destroy())
                return {
                  status: answer.statusCode,
                  ...(typeof retryAfter === "string" && { retryAfter })
                }
              },
              catch: troubleOf
            }).pipe(Effect.catch((trouble) => Effect.succeed<Answer>({ trouble })))
        })
      })
    )
}

const words: ReadonlyArray<readonly [RegExp, string]> = [
  [/^ERR_ADDRESS_NOT_PUBLIC$/, "The address is not a public one."],
  [/^(ENOTFOUND|EAI_|ENODATA)/, "The name does not resolve."],
  [/^ECONNREFUSED$/, "The connection was refused."],
  [/^(UND_ERR_.*TIMEOUT|ETIMEDOUT|UND_ERR_ABORTED|ABORT_ERR)$/, "There was no answer in time."],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, "The connection broke."],
  [/CERT|^UNABLE_TO_|^ERR_TLS_|^ERR_SSL_/, "The receiver's certificate is not trusted."],
  [/^(HPE_|UND_ERR_)/, "The answer was not HTTP."]
]

const troubleOf = (cause: unknown): string => {
  const { code, name } = cause as { readonly code?: unknown; readonly name?: unknown }
  const known = name === "TimeoutError" || name === "AbortError" ? "ETIMEDOUT" : String(code)
  return words.find(([pattern]) => pattern.test(known))?.[1] ?? "The connection failed."
}
