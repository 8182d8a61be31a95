/** The calendar of due dates: subscribed to over HTTP, parsed back by somebody else's parser. */
import { Sandbox } from "@paymirror/sandbox"
import { sync, type VEvent } from "node-ical"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as ICalendar from "../../src/calendar/ICalendar.ts"
import { type Service, service } from "./Service.ts"
import type { Session } from "./Session.ts"

const eventsOf = (text: string): ReadonlyArray<VEvent> =>
  Object.values(sync.parseICS(text)).filter((one): one is VEvent => one?.type === "VEVENT")

const event: ICalendar.AllDay = {
  uid: "1@paymirror",
  on: "2026-03-29",
  summary: "Fern; Moss, & Söhne \\ Café",
  description: "one\ntwo",
  changedAt: "2026-03-01T10:11:12.345Z",
  tentative: false
}

describe("a calendar as text", () => {
  it("says what was put in, whatever characters it has and however long it is", () => {
    const long = { ...event, uid: "2@paymirror", summary: `${"Straßenbäckerei 🥐 ".repeat(20)}end` }
    const text = ICalendar.write("Payments due", [event, long])
    const [first, second] = eventsOf(text)
    assert.strictEqual(first?.summary, event.summary)
    assert.strictEqual(first?.description, event.description)
    assert.strictEqual(second?.summary, long.summary)
    for (const line of text.split("\r\n")) assert.isAtMost(Buffer.byteLength(line), 75)
    assert.isTrue(text.endsWith("END:VCALENDAR\r\n"))
    assert.notMatch(text.replaceAll("\r\n", ""), /[\r\n]/)
  })

  it("has days that stay what they are, also where the clock is changed that night, and rings nobody", () => {
    const text = ICalendar.write("Payments due", [event, { ...event, on: "2026-12-31", tentative: true }])
    assert.include(text, "DTSTART;VALUE=DATE:20260329\r\nDTEND;VALUE=DATE:20260330")
    assert.include(text, "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101")
    assert.include(text, "DTSTAMP:20260301T101112Z")
    assert.include(text, "STATUS:TENTATIVE")
    assert.notInclude(text, "VALARM")
  })
})

describe("a calendar's address", () => {
  let at: Service
  let sandbox: Sandbox.RunningSandbox
  beforeAll(async () => {
    sandbox = await Sandbox.start({ seed: 7 })
    at = await service({ allowedBaseUrls: [sandbox.baseUrl] })
    const opened = await at.call<Session>("POST", "/v1/link-sessions", {
      holderId: at.alex,
      connector: "klarna-us",
      baseUrl: sandbox.baseUrl
    })
    const answers = `/v1/link-sessions/${opened.body.linkSessionId}/answers`
    const { deviceId, refreshToken } = sandbox.openSession("alex")
    await at.call("POST", answers, { type: "agree" })
    const values = { refresh_token: refreshToken, device_id: deviceId }
    await at.call("POST", answers, { type: "entered", values })
    await at.quiet()
  })
  afterAll(async () => {
    await at.close()
    await sandbox.close()
  })

  it("gives every payment that is still due, the same event each time, until it is ended", async () => {
    const made = await at.call<{ calendarId: string; url: string }>("POST", `/v1/holders/${at.alex}/calendars`)
    assert.strictEqual(made.status, 201, made.text)
    const read = await fetch(made.body.url)
    assert.include(read.headers.get("content-type"), "text/calendar")
    const events = eventsOf(await read.text())
    const due = await at.call<{
      items: ReadonlyArray<{ dueDate: string; merchantName: string; amountDue: { amount: number } }>
    }>("GET", "/v1/installments?limit=500")
    const open = due.body.items.filter(
      (one) => !["paid", "cancelled"].includes((one as { state?: string }).state ?? "")
    )
    assert.isAbove(open.length, 0)
    assert.strictEqual(events.length, open.length)
    const days = events.map(
      ({ start }) =>
        `${start.getFullYear()}-${String(start.getMonth() + 1).padStart(2, "0")}-${String(start.getDate()).padStart(2, "0")}`
    )
    assert.deepStrictEqual(days.toSorted(), open.map(({ dueDate }) => dueDate).toSorted())
    assert.isTrue(events.every(({ datetype }) => datetype === "date"))
    const again = eventsOf(await (await fetch(made.body.url)).text())
    assert.deepStrictEqual(
      again.map(({ uid }) => uid),
      events.map(({ uid }) => uid)
    )
    assert.strictEqual(new Set(again.map(({ uid }) => uid)).size, events.length)
    const log = await at.call<{ items: ReadonlyArray<{ actor: string; count: number }> }>(
      "GET",
      "/v1/access-log?limit=500"
    )
    const lines = log.body.items.filter(({ actor }) => actor === `calendar:${made.body.calendarId}`)
    assert.deepStrictEqual(
      lines.map(({ count }) => count),
      [events.length, events.length]
    )

    assert.notInclude(at.stored(), new URL(made.body.url).pathname.slice("/calendar/".length, -".ics".length))
    assert.strictEqual((await at.foreign("DELETE", `/v1/calendars/${made.body.calendarId}`)).status, 404)
    assert.strictEqual((await fetch(made.body.url)).status, 200)
    assert.strictEqual((await at.call("DELETE", `/v1/calendars/${made.body.calendarId}`)).status, 204)
    assert.strictEqual((await fetch(made.body.url)).status, 404)
    assert.strictEqual((await at.call("DELETE", `/v1/calendars/${made.body.calendarId}`)).status, 404)
  })

  it("is made for nobody else's person", async () => {
    assert.strictEqual((await at.foreign("POST", `/v1/holders/${at.alex}/calendars`)).status, 404)
    assert.strictEqual((await at.boundToRobin("POST", `/v1/holders/${at.alex}/calendars`)).status, 404)
    assert.strictEqual((await fetch(`${at.url}/calendar/${"A".repeat(43)}.ics`)).status, 404)
  })
})
