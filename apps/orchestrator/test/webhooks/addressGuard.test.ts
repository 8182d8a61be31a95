/**
 * What is never dialled. Every address of the tables of smokescreen and Svix, every spelling of this machine that Node
 * knows, names that change or have two faces; listeners on this machine count the connections that were made.
 */
import { createServer, type Server } from "node:net"
import { once } from "node:events"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { isPublic } from "../../src/webhooks/Address.ts"
import { AllowPrivate, connector } from "../../src/webhooks/AddressGuard.ts"
import { type Options, Sender } from "../../src/webhooks/Sender.ts"
import type { Answer } from "../../src/webhooks/Verdict.ts"
import { check } from "../../src/webhooks/WebhookUrl.ts"

const inner = {
  "this network": ["0.0.0.0", "0.1.2.3"],
  "private": ["10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.255.255"],
  "carrier grade NAT": ["100.64.0.0", "100.127.255.255"],
  "loopback": ["127.0.0.1", "127.255.255.254", "::1"],
  "link-local": ["169.254.169.254", "169.254.0.1", "fe80::1", "fe80::1%lo"],
  "protocols": ["192.0.0.1", "192.0.0.170", "192.88.99.1"],
  "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
  "benchmarking": ["198.18.0.1", "198.19.255.255", "2001:2::1"],
  "multicast": ["224.0.0.1", "239.255.255.255", "ff02::2", "ff0e::1"],
  "reserved": ["240.0.0.1", "255.255.255.255"],
  "unspecified": ["::"],
  "IPv4 in IPv6": ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::7f00:1", "::a00:1"],
  "translated and tunnelled": [
    "64:ff9b::a00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::a00:1",
    "2002:a00:1::1",
    "2002:808:808::1",
    "2001::1",
    "2001:0:1234::1",
    "::ffff:0:a00:1"
  ],
  "unique local": ["fc00::1", "fd00:ec2::254"],
  "site local": ["fec0::1"],
  "discard and dummy": ["100::1", "100:0:0:1::1"],
  "segment routing": ["5f00::1"],
  "orchid": ["2001:10::1", "2001:20::1"]
}
const everyInner = Object.values(inner).flat()

const controls = [
  "8.8.8.8",
  "100.63.255.254",
  "100.128.0.1",
  "2001:4860:4860::8888",
  "2606:4700:4700::1111",
  "64:ff9c::1"
]

/** Spellings that Node turns into an address of this machine or of its network. */
const spellings = [
  "0x7f.1",
  "2130706433",
  "017700000001",
  "127.1",
  "①②⑦.⓪.⓪.①",
  "0",
  "0x0a000001",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[0:0:0:0:0:0:0:1]",
  "[fd00:ec2::254]",
  "169.254.169.254",
  "localhost",
  "localhost."
]

const literal = (address: string): string => (address.includes(":") ? `[${address.replace(/%.*/, "")}]` : address)

describe("an address", () => {
  for (const [group, addresses] of Object.entries(inner))
    it(`of ${group} is not public`, () => assert.deepEqual(addresses.filter(isPublic), []))

  it("of the open internet is", () => assert.deepEqual(controls.filter(isPublic), controls))

  it("that is none is not", () => {
    for (const none of ["", "localhost", "8.8.8", "8.8.8.8.8", "08.8.8.8x", "::g", "1.2.3.4/8"])
      assert.isFalse(isPublic(none), none)
  })
})

describe("a URL", () => {
  const refused = (text: string) => {
    const checked = check(text, false)
    return "refused" in checked ? checked.refused : undefined
  }

  it("of an inner address is not registered, however it is spelt", () => {
    for (const host of [...everyInner.map(literal), ...spellings]) assert.isDefined(refused(`https://${host}/`), host)
  })

  it("is https, has no user, password or fragment, and port 443 or one from 1024 on", () => {
    for (const text of [
      "http://hooks.example/",
      "ftp://hooks.example/",
      "file:///etc/passwd",
      "gopher://hooks.example/",
      "javascript:alert(1)",
      "https://user@hooks.example/",
      "https://user:pass@hooks.example/",
      "https://:pass@hooks.example/",
      "https://8.8.8.8@127.0.0.1/",
      "https://hooks.example/#here",
      "https://hooks.example:22/",
      "https://hooks.example:80/",
      "https://",
      "hooks.example",
      `https://hooks.example/${"a".repeat(2048)}`
    ])
      assert.isDefined(refused(text), text)
    for (const text of ["https://hooks.example/", "https://hooks.example:8443/in?to=1", "https://8.8.8.8/"])
      assert.isUndefined(refused(text), text)
  })

  it("may be of this machine, and plain http, where the operator allows it; still without a user", () => {
    assert.deepEqual(check("http://127.0.0.1:4030/", true), { url: "http://127.0.0.1:4030/" })
    assert.property(check("http://user@127.0.0.1:4030/", true), "refused")
  })
})

describe("a delivery", () => {
  let server: Server
  let six: Server | undefined
  let connections = 0
  let port = 0

  beforeAll(async () => {
    const count = () => createServer((socket) => void ((connections += 1), socket.destroy()))
    server = count().listen(0, "127.0.0.1")
    await once(server, "listening")
    port = (server.address() as { readonly port: number }).port
    const other = count()
    other.listen(port, "::1")
    six = await Promise.race([once(other, "listening").then(() => other), once(other, "error").then(() => undefined)])
  })
  afterAll(() => {
    server.close()
    six?.close()
  })

  const send = (url: string, options: Options = {}, allowPrivate = false): Promise<Answer> =>
    Effect.runPromise(
      Effect.flatMap(Sender, (sender) => sender.send({ url, headers: {}, body: "{}" })).pipe(
        Effect.provide(
          Sender.layer({ timeout: 2000, ...options }).pipe(Layer.provide(Layer.succeed(AllowPrivate, allowPrivate)))
        )
      )
    )

  const assertRefused = async (url: string, options?: Options): Promise<void> => {
    const before = connections
    const answer = await send(url, options)
    assert.deepEqual(answer, { trouble: "The address is not a public one." }, url)
    assert.strictEqual(connections, before, url)
  }

  it("reaches the listener where that is allowed, so that the count means something", async () => {
    await send(`http://127.0.0.1:${port}/`, {}, true)
    assert.isAbove(connections, 0)
  })

  it("makes no connection to an inner address, over http or https, however it is spelt", async () => {
    const hosts = [...everyInner.map(literal), ...spellings.filter((one) => !one.startsWith("localhost"))]
    for (const host of hosts)
      for (const scheme of ["http", "https"]) await assertRefused(`${scheme}://${host}:${port}/`)
    assert.isAbove(hosts.length, 60)
  })

  it("makes none to a name of this machine", async () => {
    for (const name of ["localhost", "localhost."]) {
      const before = connections
      // Whether the second resolves is the machine's affair.
      assert.property(await send(`http://${name}:${port}/`), "trouble")
      assert.strictEqual(connections, before)
    }
    await assertRefused(`http://localhost:${port}/`)
  })

  it("makes none to a name that points inside, whatever it is pointed to", async () => {
    for (const address of everyInner)
      await assertRefused(`https://hooks.example:${port}/`, { resolve: async () => [address] })
    assert.isAbove(everyInner.length, 50)
  })

  it("makes none to a name that was public when it was registered and is not when it is dialled", async () => {
    const answers = [["8.8.8.8"], ["127.0.0.1"]]
    const resolve = async () => answers.shift() ?? ["127.0.0.1"]
    assert.deepEqual(await resolve(), ["8.8.8.8"])
    await assertRefused(`http://rebinding.example:${port}/`, { resolve })
    await assertRefused(`http://rebinding.example:${port}/`, { resolve })
  })

  it("dials the address that was looked at, not the name again", async () => {
    const dialled: Array<string> = []
    let asked = 0
    const dial: Options["dial"] = ({ hostname, servername }, done) => {
      dialled.push(`${hostname} for ${servername ?? ""}`)
      done(new Error("nothing is there"), null)
    }
    const resolve = async () => {
      asked += 1
      return asked === 1 ? ["8.8.8.8"] : ["127.0.0.1"]
    }
    await send("https://rebinding.example/", { dial, resolve })
    assert.deepEqual(dialled, ["8.8.8.8 for rebinding.example"])
    assert.strictEqual(asked, 1)
  })

  it("dials only the public one of two addresses, whichever comes first", async () => {
    for (const addresses of [
      ["10.0.0.1", "8.8.8.8"],
      ["8.8.8.8", "10.0.0.1"],
      ["::1", "2606:4700:4700::1111", "127.0.0.1"]
    ]) {
      const dialled: Array<string> = []
      await send("https://two.example/", {
        resolve: async () => addresses,
        dial: ({ hostname }, done) => {
          dialled.push(hostname)
          done(new Error("nothing is there"), null)
        }
      })
      assert.deepEqual(dialled, addresses.filter(isPublic))
    }
  })

  it("dials each of the public controls", async () => {
    for (const address of controls) {
      const dialled: Array<string> = []
      const dial: Options["dial"] = ({ hostname }, done) => {
        dialled.push(hostname)
        done(new Error("nothing is there"), null)
      }
      await send(`https://${literal(address)}/`, { dial })
      await send("https://public.example/", { dial, resolve: async () => [address] })
      assert.deepEqual(dialled, [address, address])
    }
  })

  it("goes past proxies that the environment names", async () => {
    const before = connections
    const names = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "NODE_USE_ENV_PROXY"]
    for (const name of names) process.env[name] = name === "NODE_USE_ENV_PROXY" ? "1" : `http://127.0.0.1:${port}`
    const dialled: Array<string> = []
    try {
      await send("https://hooks.example/", {
        resolve: async () => ["8.8.8.8"],
        dial: ({ hostname }, done) => {
          dialled.push(hostname)
          done(new Error("nothing is there"), null)
        }
      })
    } finally {
      for (const name of names) delete process.env[name]
    }
    assert.deepEqual(dialled, ["8.8.8.8"])
    assert.strictEqual(connections, before)
  })

  it("says of a name that is not there that it does not resolve, and not which", async () => {
    const answer = await send("https://nowhere.invalid/", {
      resolve: async () => {
        throw Object.assign(new Error("getaddrinfo ENOTFOUND nowhere.invalid"), { code: "ENOTFOUND" })
      }
    })
    assert.deepEqual(answer, { trouble: "The name does not resolve." })
  })

  it("takes brackets off before it looks", () => {
    connector({ allowPrivate: false, dial: () => assert.fail("dialled") })(
      { hostname: "[::1]", protocol: "https:", port: "443" },
      (...[error]) => assert.strictEqual(error?.message, "no public address")
    )
  })
})
