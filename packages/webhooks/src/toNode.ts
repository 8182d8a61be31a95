/**
 * A handler of `Request`s as a listener of `node:http`, which Express and Fastify take too. It needs the body as it came:
 * where a parser has read it before and left bytes or text, those are used; where it left an object, the answer is 500
 * and says so, since no signature can be checked any more. It names Node's objects by what it uses of them. The rest of a
 * body that is too large is left to the server, which reads it away until its `requestTimeout`.
 */
import { problem } from "./Receiver.ts"
import { WebhookError } from "./WebhookError.ts"

export interface NodeRequest extends AsyncIterable<Uint8Array> {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  /** What a parser left, as in Express. */
  readonly body?: unknown
  readonly readableEnded?: boolean
}

export interface NodeResponse {
  statusCode: number
  readonly setHeader: (name: string, value: string) => unknown
  readonly end: (body: string) => unknown
}

/** Not `ReadableStream.from`, whose end would end the connection, and with it the answer to a body that is too large. */
const streamOf = (request: NodeRequest): ReadableStream<Uint8Array> => {
  const chunks = request[Symbol.asyncIterator]()
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await chunks.next()
      if (done === true) controller.close()
      else controller.enqueue(value)
    }
  })
}

const bodyOf = (request: NodeRequest): BodyInit | undefined => {
  const { body } = request
  if (typeof body === "string") return body
  if (body instanceof Uint8Array) return new Uint8Array(body)
  return body === undefined && request.readableEnded !== true ? streamOf(request) : undefined
}

const requestOf = (request: NodeRequest): Request => {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !name.startsWith(":"))
      headers.set(name, typeof value === "string" ? value : value.join(", "))
  }
  const method = request.method ?? "GET"
  if (method === "GET" || method === "HEAD") return new Request("http://localhost/", { method, headers })
  const body = bodyOf(request)
  if (body === undefined) {
    throw new WebhookError(
      "BodyAlreadyRead",
      "The body was parsed before the webhook handler got it: mount the handler before express.json() and the like."
    )
  }
  return new Request("http://localhost/", { method, headers, body, duplex: "half" } as RequestInit)
}

const failed = (cause: unknown): Response => {
  const error =
    cause instanceof WebhookError ? cause : new WebhookError("NotEnqueued", "The handler failed.", { cause })
  const headers = { "content-type": "application/problem+json" }
  return Response.json(problem(error), { status: error.status, headers })
}

/** The listener. It answers every request. */
export const toNode = (handler: (request: Request) => Promise<Response>) => {
  const respond = async (request: NodeRequest, response: NodeResponse): Promise<void> => {
    const answer = await (async () => handler(requestOf(request)))().catch(failed)
    response.statusCode = answer.status
    answer.headers.forEach((value, name) => response.setHeader(name, value))
    response.end(await answer.text())
  }
  return (request: NodeRequest, response: NodeResponse): void => void respond(request, response)
}
