/** `openid-client` over a client of these tests, which shows a certificate where its own fetch could not. */
import type { CustomFetch } from "openid-client"
import type { Client } from "./client.ts"

export const fetchOver =
  (ask: Client): CustomFetch =>
  async (url, { body, headers, method }) => {
    const form = body instanceof URLSearchParams ? body.toString() : body
    const text = typeof form === "string" ? { body: form } : {}
    const heard = await ask(url, { method, headers, ...text })
    const told = Object.entries(heard.headers).flatMap(([name, value]): ReadonlyArray<[string, string]> =>
      value === undefined ? [] : [[name, value]]
    )
    return new Response(heard.text === "" ? null : heard.text, { status: heard.status, headers: [...told] })
  }
