/** What leaves a recording as it came, and what never does. */
import { assert, describe, it } from "vitest"
import { Anonymizer } from "../src/recording/Anonymizer.ts"
import { StandIns } from "../src/recording/StandIns.ts"
import { type Asked, exchange, wire } from "./wire.ts"

const anonymous = (json: unknown, asked: Asked = {}, answered: Parameters<typeof exchange>[2] = {}) => {
  const standIns = new StandIns()
  const anonymizer = new Anonymizer(wire, standIns, { fields: new Set(["note"]) })
  const { answer, request } = anonymizer.of(exchange(json, asked, answered))
  const body: unknown = answer?.body !== undefined && "json" in answer.body ? answer.body.json : answer?.body
  return { request, answer, body, standIns }
}

describe("by default", () => {
  it("every text goes, whatever its field is called and however deep it lies", () => {
    const said = {
      entries: [
        {
          id: "e-1",
          kind: "out",
          text: "Coffee with Rosalind",
          unheardOf: "Quillfeather",
          kindly: "out",
          nested: { more: [["deep inside"], { kind: "in" }] }
        }
      ],
      kind: "in"
    }
    const text = JSON.stringify(anonymous(said).body)
    for (const gone of ["e-1", "Coffee", "Rosalind", "Quillfeather", "deep", '"kindly":"out"', '"kind":"in"']) {
      assert.notInclude(text, gone)
    }
    assert.include(text, '"kind":"out"')
  })

  it("days, instants, currencies, decimals and numbers stay, or nothing would add up", () => {
    const row = {
      on: "2026-05-02",
      at: "2026-05-02T10:11:12Z",
      currency: "SEK",
      amount: "-12.50",
      minor: 1250,
      ok: true
    }
    assert.deepEqual(anonymous(row).body, row)
  })

  it("a number or a day that is somebody goes: an id, a telephone, a birthday", () => {
    const row = {
      id: 4_471_220,
      customerId: 12,
      phone: 15_550_100,
      birth_date: "1984-03-09",
      number: 2,
      amount_minor: 12
    }
    const body = anonymous(row).body as typeof row
    for (const field of ["id", "phone", "birth_date"] as const) assert.notEqual(body[field], row[field])
    assert.match(String(body.id), /^\d{7}$/)
    assert.match(body.birth_date, /^19\d\d-\d\d-\d\d$/)
    assert.deepEqual([body.number, body.amount_minor], [2, 12])
  })

  it("a text in the place of a day that does not exist is no day", () => {
    assert.notEqual((anonymous({ on: "2026-13-40" }).body as { on: string }).on, "2026-13-40")
  })

  it("a name of a field that is somebody's goes too", () => {
    assert.notInclude(JSON.stringify(anonymous({ "rosalind@quill.example": 1, "12 High Street": 2 }).body), "osalind")
  })

  it("a body that is neither JSON nor a form is not kept, and a form is", () => {
    assert.deepEqual(anonymous(undefined, {}, { type: "text/html; charset=x", text: "<p>Hello Rosalind</p>" }).body, {
      omitted: "text/html",
      bytes: 21
    })
    const { request } = anonymous(
      {},
      {
        method: "POST",
        path: "/token",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "grant_type=refresh_token&refresh_token=abc-123"
      }
    )
    const form = request.body !== undefined && "form" in request.body ? Object.fromEntries(request.body.form) : {}
    assert.strictEqual(form["grant_type"], "refresh_token")
    assert.match(form["refresh_token"] ?? "", /^[a-z]{3}-\d{3}$/)
    assert.notStrictEqual(form["refresh_token"], "abc-123")
  })

  it("of headers only those that matter are kept, and of an authorization its scheme", () => {
    const { request } = anonymous({}, { headers: { "authorization": "Bearer t0ken", "x-device": "d", "cookie": "c" } })
    assert.deepEqual(Object.keys(request.headers), ["authorization"])
    assert.match(request.headers["authorization"] ?? "", /^Bearer [a-z]\d[a-z]{3}$/)
  })

  it("the words of a refusal stay and its talk does not", () => {
    const said = { error: "gone_away", message: "Rosalind is gone" }
    const body = anonymous(said, {}, { status: 403 }).body as typeof said
    assert.strictEqual(body.error, "gone_away")
    assert.notInclude(body.message, "Rosalind")
  })

  it("what an author allows stays", () => {
    assert.deepEqual(anonymous({ note: "as it is" }).body, { note: "as it is" })
  })
})

describe("the same text", () => {
  it("has the same stand-in in a path, a query, a link, a header and a body, and no other text has it", () => {
    const link = "https://api.example/v1/accounts/acc-77/entries?after=cur-5&limit=10"
    const { answer, body, request, standIns } = anonymous(
      { entries: [{ id: "acc-77" }], next: "cur-5", link },
      {
        query: [
          ["after", "cur-5"],
          ["limit", "10"]
        ],
        headers: { authorization: "Bearer cur-5" }
      }
    )
    const account = standIns.given.get("acc-77") ?? "?"
    const cursor = standIns.given.get("cur-5") ?? "?"
    assert.strictEqual(request.path, `/v1/accounts/${account}/entries`)
    assert.deepEqual(request.query, [
      ["after", cursor],
      ["limit", "10"]
    ])
    assert.strictEqual(request.headers["authorization"], `Bearer ${cursor}`)
    assert.deepEqual<unknown>(body, {
      entries: [{ id: account }],
      next: cursor,
      link: `https://fixture.example/v1/accounts/${account}/entries?after=${cursor}&limit=10`
    })
    assert.strictEqual(answer?.status, 200)
  })

  it("is of the same shape, and where a shape has too few for all it grows rather than repeat", () => {
    const standIns = new StandIns()
    const given = Array.from({ length: 40 }, (_, index) =>
      standIns.of(`p${index % 10}${index < 10 ? "" : index}`, "text")
    )
    assert.strictEqual(new Set(given).size, 40)
    const digits = new StandIns()
    const all = Array.from({ length: 10 }, (_, index) => digits.of(String(index), "identifier"))
    assert.strictEqual(new Set(all).size, 10)
    assert.match(standIns.of("rosalind.q@mail.quill.org", "e-mail"), /^[a-z]{8}\.[a-z]@[a-z]{4}\.example$/)
    assert.match(standIns.of("Åsa Öberg-Lind", "name"), /^[A-Z][a-z]{2} [A-Z][a-z]{4}-[A-Z][a-z]{3}$/)
    assert.match(
      standIns.of("0b9f6a52-77f0-4e6c-9a51-1c0d3e5b7f90", "identifier"),
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-9/
    )
  })

  it("as an IBAN keeps its country and checks out", () => {
    const iban = new StandIns().of("DE89370400440532013000", "IBAN")
    assert.match(iban, /^DE\d{20}$/)
    assert.notStrictEqual(iban, "DE89370400440532013000")
    const number = Array.from(iban.slice(4) + iban.slice(0, 4), (character) => parseInt(character, 36)).join("")
    assert.strictEqual(BigInt(number) % 97n, 1n)
  })

  it("has another in another recording, unless it is given the key", () => {
    const of = (key?: Uint8Array) => new StandIns(key).of("a text that is long enough", "text")
    assert.notStrictEqual(of(), of())
    assert.strictEqual(of(new Uint8Array(32).fill(1)), of(new Uint8Array(32).fill(1)))
  })
})
