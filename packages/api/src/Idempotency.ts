/**
 * A creating call is done once, however often it is sent. Its `Idempotency-Key` belongs to the tenant (to the person,
 * where the key is bound to one) and to the endpoint, and is remembered for 24 hours: the same call again is answered as
 * the first was, byte for byte, with `Idempotent-Replayed: true`. What failed is not remembered and may be sent again.
 */
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import type { CurrentCaller } from "./Authorization.ts"
import { KeyInUse, KeyReused } from "./Problem.ts"

export class Idempotency extends HttpApiMiddleware.Service<Idempotency, { requires: CurrentCaller }>()(
  "@paymirror/api/Idempotency",
  { error: [KeyReused, KeyInUse] }
) {}
