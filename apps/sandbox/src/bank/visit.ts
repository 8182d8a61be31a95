/**
 * A person's browser, as far as a bank's approval page needs one: opens the address, presses a button of the form that is
 * there, and says where it was sent. No scripts, no cookies, and no further than the first address that is not the bank's.
 */
import { request } from "node:https"

export interface Visit {
  readonly decision?: "approve" | "deny" | undefined
  /** Who they say they are; the first who may be unless said. */
  readonly customer?: string | undefined
}

interface Page {
  readonly status: number
  readonly location: string | undefined
  readonly body: string
}

const load = (ca: string, url: string, form?: string): Promise<Page> =>
  new Promise((resolve, reject) => {
    const headers = form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }
    const sent = request(
      url,
      { ca, method: form === undefined ? "GET" : "POST", headers, agent: false },
      (response) => {
        const chunks: Array<Buffer> = []
        response.on("data", (chunk: Buffer) => chunks.push(chunk))
        response.on("error", reject)
        response.on("end", () => {
          const { headers: heard, statusCode = 0 } = response
          resolve({ status: statusCode, location: heard.location, body: Buffer.concat(chunks).toString() })
        })
      }
    )
    sent.on("error", reject)
    sent.end(form)
  })

const characters: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'"
}
const plain = (text: string): string => text.replace(/&(amp|lt|gt|quot|#39);/g, (name) => characters[name] ?? name)

/** Where the person ends up. Rejects where the bank shows no form. */
export const visit = async (
  ca: string,
  url: string,
  { customer, decision = "approve" }: Visit = {}
): Promise<string> => {
  const first = await load(ca, url)
  if (first.status >= 300 && first.location !== undefined) return new URL(first.location, url).href
  const action = /<form method="post" action="([^"]*)">/.exec(first.body)?.[1]
  if (action === undefined) throw new Error(`the bank shows no form: ${first.status}`)
  const hidden = [...first.body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
  const form = new URLSearchParams(hidden.map(([, name = "", value = ""]) => [plain(name), plain(value)]))
  const [, offered = ""] = /<option value="([^"]*)"/.exec(first.body) ?? []
  form.set("customer", customer ?? plain(offered))
  form.set("decision", decision)
  const answer = await load(ca, new URL(plain(action), url).href, form.toString())
  if (answer.location === undefined) throw new Error(`the bank sends nobody anywhere: ${answer.status}`)
  return new URL(answer.location, url).href
}
