/**
 * Private keys as a host has them (PKCS #8 PEM) and as signatures want them. A key is imported once, never exported, and
 * one that cannot be read is the host's to put right.
 */
import type { ConnectorError } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { importPKCS8 } from "jose"
import { configuration } from "../Failure.ts"

export type Algorithm = "PS256" | "ES256" | "RS256"

const importKey = (
  pem: Redacted.Redacted<string>,
  algorithm: Algorithm
): Effect.Effect<CryptoKey, ConnectorError.ConnectorError> =>
  Effect.tryPromise({
    try: () => importPKCS8(Redacted.value(pem), algorithm),
    catch: () => configuration(`a signing key is not a PKCS #8 PEM for ${algorithm}`)
  })

/** The same key, imported at the first use. */
export const keyOnce = (
  pem: Redacted.Redacted<string>,
  algorithm: Algorithm
): Effect.Effect<CryptoKey, ConnectorError.ConnectorError> => {
  let key: CryptoKey | undefined
  return Effect.suspend(() =>
    key === undefined
      ? Effect.tap(importKey(pem, algorithm), (imported) =>
          Effect.sync(() => {
            key = imported
          })
        )
      : Effect.succeed(key)
  )
}
