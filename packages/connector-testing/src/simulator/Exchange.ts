/**
 * One request and its answer, as a simulated provider sees them, whatever carries them: a socket, a `fetch`, msw. No
 * route and no fault is known here.
 */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Headers
  readonly body: string
}

export interface Answer {
  readonly status: number
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer as it goes out. */
export interface Rendered {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
}

export const render = ({ body, headers, status }: Answer): Rendered => {
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body)
  const type: Record<string, string> = text === "" ? {} : { "content-type": "application/json; charset=utf-8" }
  return { status, text, headers: { "cache-control": "no-store", ...type, ...headers } }
}

/** The fields of a body, which is JSON or a form. */
export const fields = (body: string): Readonly<Record<string, unknown>> => {
  try {
    return Object(JSON.parse(body))
  } catch {
    return Object.fromEntries(new URLSearchParams(body))
  }
}
