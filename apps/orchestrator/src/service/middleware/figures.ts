/** How many requests there were of each route, how they ended and how long they took. A route is a pattern: no id is in it. */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"

const requests = Metric.counter("paymirror_http_requests_total", {
  description: "Requests answered, by route, method and status",
  incremental: true
})

const seconds = Metric.histogram("paymirror_http_request_duration_seconds", {
  description: "Seconds until an answer was ready, by route and method",
  boundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
})

// A metric with attributes is found by them each time; of a route and an ending it is kept.
const known = new Map<string, { readonly count: typeof requests; readonly duration: typeof seconds }>()

const of = (route: string, method: string, status: number) => {
  const key = `${method} ${route} ${status}`
  const found = known.get(key) ?? {
    count: Metric.withAttributes(requests, { route, method, status: String(status) }) as typeof requests,
    duration: Metric.withAttributes(seconds, { route, method }) as typeof seconds
  }
  known.set(key, found)
  return found
}

/** Counts an answer; `millis` it took. */
export const count = (route: string, method: string, status: number, millis: number): Effect.Effect<void> => {
  const { count: counter, duration } = of(route, method, status)
  return Effect.andThen(Metric.update(counter, 1), Metric.update(duration, millis / 1000))
}
