/** The service killed between any two steps of a link session, as a process is killed, and started again. */
import { once } from "node:events"
import { DatabaseSync } from "node:sqlite"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { equip, type Host, host } from "../Host.ts"
import { Browser } from "./Browser.ts"
import { type Call, freePort, program, until } from "./Service.ts"
import type { Session } from "./Session.ts"

const limit = 120_000

describe("the service as a process", () => {
  let at: Host
  let port: number
  let url: string
  let call: Call
  let child: ReturnType<Host["start"]> | undefined
  let printed = ""

  const start = async () => {
    const running = at.start("serve", "--port", String(port), "--allow-base-url", at.banks.baseUrl("klarna-de"))
    child = running
    for (const stream of [running.stdout, running.stderr]) {
      stream?.on("data", (chunk: Buffer) => void (printed += chunk.toString()))
    }
    await until(() =>
      fetch(`${url}/ready`).then(
        ({ ok }) => (ok ? true : undefined),
        () => undefined
      )
    )
  }
  const kill = async () => {
    const running = child
    child = undefined
    if (running === undefined) return
    const ended = once(running, "close")
    running.kill("SIGKILL")
    await ended
  }

  beforeAll(async () => {
    at = await host(["klarna-de"], 0)
    await equip(at)
    port = await freePort()
    url = `http://127.0.0.1:${port}`
    const made = await at.run("keys", "create", "--json")
    call = program(url, (JSON.parse(made.out) as { key: string }).key)
    await start()
  }, limit)
  afterAll(async () => {
    await kill()
    await at.close()
  })

  it(
    "goes on where it was, at every step, and reads what it was about to read",
    async () => {
      const holder = await call<{ holderId: string }>("POST", "/v1/holders", { reference: "alex" })
      const opened = await call<Session>("POST", "/v1/link-sessions", {
        holderId: holder.body.holderId,
        connector: "psd2",
        institution: "klarna-de",
        baseUrl: at.banks.baseUrl("klarna-de")
      })
      assert.strictEqual(opened.status, 201, opened.text)
      const page = await new Browser().open(opened.body.url ?? "")
      const again = async () => {
        await kill()
        await start()
        await page.open(page.url)
      }
      await again()
      await page.press("Agree")
      await again()
      await page.press("Go on", { "The e-mail address of your Klarna account": "john.doe@example.com" })
      await again()
      assert.strictEqual(page.title, "Waiting for your approval")
      at.banks.approve("klarna-de", { customer: "john" })
      await again()
      await until(async () => {
        await page.open(page.url)
        return page.title.includes("is linked") ? true : undefined
      })
      // The first read has begun at most.
      await kill()
      await start()
      const { bank } = at.banks.institution("klarna-de")
      const truth = bank.ledger("john-eur").length + bank.pending("john-eur").length
      await until(async () => {
        const read = await call<{ items: ReadonlyArray<unknown> }>("GET", "/v1/balance-entries?limit=500")
        return read.body.items.length === truth ? true : undefined
      })
      const session = await call<Session>("GET", `/v1/link-sessions/${opened.body.linkSessionId}`)
      assert.strictEqual(session.body.status, "linked")
      await kill()
      const database = new DatabaseSync(join(at.folder, "data", "paymirror", "paymirror.db"))
      const consents = database.prepare("SELECT count(*) AS n FROM consent").get() as { n: number }
      database.close()
      assert.strictEqual(consents.n, 1)
      assert.notInclude(printed, "john.doe@example.com")
      assert.notInclude(printed, new URL(opened.body.url ?? "").pathname)
    },
    limit
  )
})
