/**
 * The page at a bank where a person says who they are and approves or declines: one form, two buttons, readable without
 * styles or scripts. The bank of a sandbox asks for no password; choosing a customer stands for signing in.
 */
import type { Answer } from "./BankServer.ts"

export interface ApprovalPage {
  readonly bank: string
  readonly client: string
  /** What the client would see, one line each. */
  readonly rights: ReadonlyArray<string>
  readonly customers: ReadonlyArray<{ readonly id: string; readonly name: string }>
  /** Where the form goes. */
  readonly action: string
  /** Sent back with the form as it is. */
  readonly hidden: Readonly<Record<string, string>>
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? "")

const page = (title: string, main: string): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
body { font: 1.125rem/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 2rem auto; max-width: 34rem; padding: 0 1rem }
button, select { font: inherit; min-height: 2.75rem; padding: 0 1rem }
</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`

export const approvalPage = ({ action, bank, client, customers, hidden, rights }: ApprovalPage): string =>
  page(
    `${client} asks for access · ${bank}`,
    `<h1>${escaped(client)} asks for access at ${escaped(bank)}</h1>
<p>If you approve, it can see:</p>
<ul>
${rights.map((right) => `<li>${escaped(right)}</li>`).join("\n")}
</ul>
<form method="post" action="${escaped(action)}">
${Object.entries(hidden)
  .map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`)
  .join("\n")}
<p><label for="customer">You are</label>
<select id="customer" name="customer" required>
${customers.map(({ id, name }) => `<option value="${escaped(id)}">${escaped(name)}</option>`).join("\n")}
</select></p>
<p><button name="decision" value="approve">Approve</button>
<button name="decision" value="deny">Decline</button></p>
</form>`
  )

/** Where the person cannot be sent back. */
export const refusalPage = (bank: string, reason: string): string =>
  page(`Not possible · ${bank}`, `<h1>This is not possible</h1>\n<p role="alert">${escaped(reason)}</p>`)

/** A page on its way to a browser: nothing of another origin runs in it, frames it, or hears where the person came from. */
export const html = (status: number, body: string): Answer => ({
  status,
  body,
  headers: {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer"
  }
})
