/**
 * A simulated provider as handlers of msw, for a test that already stands on it: every request to the origin is the
 * provider's. `msw` is an optional peer, which is why this is an entry of its own.
 */
import { http, HttpResponse } from "msw"
import type { RequestHandler } from "msw"
import type { Simulator } from "./Simulator.ts"

/** `setupServer(...handlers(simulator, "https://api.acme.example"))` */
export const handlers = (simulator: Pick<Simulator, "fetch">, origin: string): ReadonlyArray<RequestHandler> => [
  http.all(`${origin}/*`, async ({ request }) => {
    try {
      return await simulator.fetch(request)
    } catch {
      return HttpResponse.error()
    }
  })
]
