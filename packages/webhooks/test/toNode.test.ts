/** Over a socket: `node:http` as it is, and as frameworks hand it on. */
import { afterEach, assert, describe, it } from "@effect/vitest"
import { toNode } from "@paymirror/webhooks"
import { once } from "node:events"
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { text } from "node:stream/consumers"
import { due, receiver, signed, stranger } from "./Sender.ts"

const servers = new Set<Server>()

afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
    if (server.listening) await once(server, "close")
  }
  servers.clear()
})

const listen = async (listener: RequestListener): Promise<number> => {
  const server = createServer(listener)
  servers.add(server)
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return (server.address() as AddressInfo).port
}

const send = (port: number, request: Request): Promise<Response> =>
  fetch(new Request(`http://127.0.0.1:${port}/webhooks`, request))

/** Writes to a socket until the other end answers, and says what. */
const flood = async (port: number, headers: Headers): Promise<string> => {
  const socket = connect(port, "127.0.0.1")
  const lines = [...headers].map(([name, value]) => `${name}: ${value}`)
  socket.write(["POST / HTTP/1.1", "host: localhost", "transfer-encoding: chunked", ...lines, "", ""].join("\r\n"))
  const piece = `3e8\r\n${"x".repeat(1000)}\r\n`
  const more = () => socket.write(piece, () => socket.writable && setImmediate(more))
  more()
  const [answer] = await once(socket, "data")
  socket.destroy()
  return String(answer)
}

describe("node:http", () => {
  it("takes a message, and answers another with the reason", async () => {
    const { queue, receive } = receiver()
    const port = await listen(toNode(receive))
    assert.strictEqual((await send(port, signed())).status, 202)
    assert.deepStrictEqual(queue, [{ id: "msg_test", event: due }])
    const refused = await send(port, signed(due, { secrets: stranger }))
    assert.strictEqual(refused.status, 401)
    assert.strictEqual(refused.headers.get("content-type"), "application/problem+json")
    assert.strictEqual((await fetch(`http://127.0.0.1:${port}/`)).status, 405)
    assert.strictEqual((await fetch(`http://127.0.0.1:${port}/`, { method: "HEAD" })).status, 405)
  })

  it("is told when to come again", async () => {
    const { receive } = receiver({ enqueue: () => Promise.reject(new Error("full")) })
    const port = await listen(toNode(receive))
    const response = await send(port, signed())
    assert.deepStrictEqual([response.status, response.headers.get("retry-after")], [503, "30"])
  })

  it("stops a sender that does not stop, and goes on", async () => {
    const { queue, receive } = receiver()
    const port = await listen(toNode(receive))
    assert.match(await flood(port, signed().headers), /^HTTP\/1\.1 413 /)
    assert.strictEqual((await send(port, signed())).status, 202)
    assert.strictEqual(queue.length, 1)
  })

  it("a sender that hangs up in the middle leaves nothing half done", async () => {
    const broken = Promise.withResolvers<string>()
    const { queue, receive } = receiver({ onError: ({ reason }) => broken.resolve(reason) })
    const begun = Promise.withResolvers<void>()
    const listener = toNode(receive)
    const port = await listen((request, response) => {
      listener(request, response)
      begun.resolve()
    })
    const socket = connect(port, "127.0.0.1")
    const lines = [...signed().headers].map(([name, value]) => `${name}: ${value}`)
    socket.write(["POST / HTTP/1.1", "host: localhost", "content-length: 500", ...lines, "", '{"type"'].join("\r\n"))
    await begun.promise
    socket.destroy()
    assert.strictEqual(await broken.promise, "BodyIncomplete")
    assert.deepStrictEqual(queue, [])
    assert.strictEqual((await send(port, signed())).status, 202)
  })

  it("a sender that hangs up while the queue takes it has it taken once", async () => {
    const gate = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const ids: Array<string> = []
    const { receive } = receiver({
      enqueue: async ({ id }) => {
        begun.resolve()
        await gate.promise
        ids.push(id)
      }
    })
    const port = await listen(toNode(receive))
    const sender = new AbortController()
    const answer = fetch(new Request(`http://127.0.0.1:${port}/`, new Request(signed(), { signal: sender.signal })))
    await begun.promise
    sender.abort()
    await answer.catch(() => undefined)
    gate.resolve()
    await new Promise(setImmediate)
    assert.deepStrictEqual(ids, ["msg_test"])
  })

  it("a handler that throws is answered for", async () => {
    const port = await listen(toNode(() => Promise.reject(new Error("Quillfish"))))
    const response = await send(port, signed())
    assert.strictEqual(response.status, 503)
    assert.notInclude(await response.text(), "Quillfish")
  })
})

describe("behind a parser", () => {
  const parsed = (parse: (text: string) => unknown): Promise<number> => {
    const listener = toNode(receiver().receive)
    const behind = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const body = parse(await text(request))
      listener(body === undefined ? request : Object.assign(request, { body }), response)
    }
    return listen((request, response) => void behind(request, response))
  }

  it("bytes and text that were left are verified", async () => {
    for (const parse of [(body: string) => Buffer.from(body), (body: string) => body]) {
      const port = await parsed(parse)
      assert.strictEqual((await send(port, signed())).status, 202)
    }
  })

  it("an object, or nothing, is a mistake that says what to do", async () => {
    for (const parse of [JSON.parse, () => undefined]) {
      const port = await parsed(parse)
      const response = await send(port, signed())
      assert.strictEqual(response.status, 500)
      assert.include(await response.text(), "before express.json()")
    }
  })
})
