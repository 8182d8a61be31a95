/**
 * The person's page in a real browser: by keyboard alone, on a telephone's width, in the light and in the dark. Where
 * Chromium cannot start (its build is for Linux on x64), these are skipped, with its own words.
 */
import { Sandbox } from "@paymirror/sandbox"
import chromium from "@sparticuz/chromium"
import { type Browser, chromium as playwright, type Page } from "playwright-core"
import { afterAll, assert, beforeAll, describe, it, vi } from "vitest"
import { type BankedService, withBanks } from "./Banks.ts"
import type { Session } from "./Session.ts"

/** One process for everything is for small machines, and ends with its first page. */
const args = chromium.args.filter((flag) => !["--single-process", "--no-zygote"].includes(flag))

/** Unpacked once, 200 MB, and kept. */
const unpacked = async (): Promise<string> => {
  vi.stubEnv("TMPDIR", process.env["PAYMIRROR_TEST_KEPT"])
  return chromium.executablePath().finally(() => vi.unstubAllEnvs())
}

const launch = async () => playwright.launch({ executablePath: await unpacked(), args, headless: true })

const started = await launch().catch((error: unknown) => String(error).split("\n", 1)[0] ?? "")
if (typeof started === "string")
  process.stderr.write(`Chromium cannot start here, so no real browser is tried: ${started}\n`)

/** The browser, where there is one. */
const browser = started as Browser

const sideways = (page: Page) =>
  page.evaluate<boolean>("document.documentElement.scrollWidth > document.documentElement.clientWidth")

/** Moves on by Tab until what has the focus bears these words. */
const tabTo = async (page: Page, words: string): Promise<void> => {
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press("Tab")
    const focused = await page.evaluate<string>(
      "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
    )
    if (focused.startsWith(words)) return
  }
  throw new Error(`Tab does not lead to "${words}"`)
}

/** WCAG's relation of the two luminances. */
const contrast = `(() => {
  const channels = (color) => (color.match(/[\\d.]+/g) ?? []).slice(0, 3).map(Number)
  const luminance = (color) => channels(color).map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0)
  const style = getComputedStyle(document.body)
  const [dark, light] = [luminance(style.color), luminance(style.backgroundColor)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
})()`

describe.skipIf(typeof started === "string")("in a real browser", () => {
  let banked: BankedService
  let sandbox: Sandbox.RunningSandbox
  beforeAll(async () => {
    sandbox = await Sandbox.start({ seed: 7 })
    banked = await withBanks(["revolut-gb"], 0, [sandbox.baseUrl])
  })
  afterAll(async () => {
    await browser.close()
    await banked.close()
    await sandbox.close()
  })
  const open = async (asked: object) => {
    const opened = await banked.at.call<Session>("POST", "/v1/link-sessions", { holderId: banked.at.alex, ...asked })
    assert.strictEqual(opened.status, 201, opened.text)
    return opened.body
  }

  for (const colorScheme of ["light", "dark"] as const) {
    it(`a person links by keyboard on a telephone, ${colorScheme}`, async () => {
      const context = await browser.newContext({
        viewport: { width: 320, height: 640 },
        javaScriptEnabled: colorScheme === "light",
        colorScheme
      })
      const page = await context.newPage()
      const complaints: Array<string> = []
      page.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())))
      const { url } = await open({ connector: "klarna-us", baseUrl: sandbox.baseUrl })
      await page.goto(url ?? "")
      assert.include(await page.title(), "Fern & Co asks")
      assert.isFalse(await sideways(page))
      assert.isAbove(await page.evaluate<number>(contrast), 7)
      await tabTo(page, "Agree")
      await page.keyboard.press("Enter")
      await page.waitForSelector("input[type=password]")
      assert.isFalse(await sideways(page))
      const { deviceId, refreshToken } = sandbox.openSession("alex")
      await tabTo(page, "Refresh token")
      await page.keyboard.type(refreshToken)
      await tabTo(page, "Device id")
      await page.keyboard.type(deviceId)
      await page.keyboard.press("Enter")
      await page.waitForSelector("h1:has-text('is linked')")
      assert.include(await page.textContent("h1"), "is linked")
      assert.isFalse(await sideways(page))
      assert.deepStrictEqual(complaints, [])
      await context.close()
    })
  }

  it("what a bank puts behind the # is handed over, and is not left in the address", async () => {
    const page = await browser.newPage()
    const { linkSessionId, url } = await open({
      connector: "psd2",
      institution: "revolut-gb",
      baseUrl: banked.banks.baseUrl("revolut-gb")
    })
    await page.goto(url ?? "")
    await page.click("button.first")
    const href = await page.getAttribute("a.first", "href")
    const back = new URL(await banked.banks.visit(href ?? "", { customer: "ruth" }))
    const fragment = back.search.slice(1)
    const handedOver = page.waitForRequest((request) => request.method() === "POST")
    await page.goto(`${back.origin}${back.pathname}#${fragment}`)
    const form = new URLSearchParams((await handedOver).postData() ?? "")
    assert.strictEqual(new URL(form.get("url") ?? "").hash, `#${fragment}`)
    await page.waitForURL(/\/link\/[\w-]{43}$/)
    // This bank answers in the query, so its connector takes it for a forgery; what counts here is that it was heard.
    const session = await banked.at.call<Session>("GET", `/v1/link-sessions/${linkSessionId}`)
    assert.strictEqual(session.body.status, "failed")
    await page.close()
  })
})
