/**
 * What the person who is linked sees: who asks, what for, what they agree to word for word, and then one step at a time
 * until they are linked. It works without scripts, by keyboard and on a telephone. Nothing that was entered is ever shown.
 */
import type * as LinkSessions from "../linking/LinkSessions.ts"
import { Html, html } from "./html.ts"

/** The tenant of the command line has no name a person would know. */
const nameOf = ({ tenant }: LinkSessions.LinkSession): string =>
  tenant.tenantId === "local" ? "this paymirror" : tenant.name

export interface Shown {
  readonly session: LinkSessions.LinkSession
  readonly step: LinkSessions.Step | undefined
  /** Where it is, the bank or the provider. */
  readonly place: string
  /** What the person should hear first: why the last answer was not taken. */
  readonly note?: string | undefined
}

export interface Page {
  readonly status: number
  readonly body: string
  /** Whether it has the script that hands over what stands behind the `#`. */
  readonly scripted: boolean
}

const document = (
  title: string,
  content: Html,
  { refresh, scripted = false, status = 200 }: { refresh?: number; scripted?: boolean; status?: number } = {}
): Page => ({
  status,
  scripted,
  body: html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${refresh === undefined ? undefined : html`<meta http-equiv="refresh" content="${refresh}">`}
<link rel="stylesheet" href="style.css">
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
${scripted ? html`<script src="back.js" defer></script>` : undefined}
</body>
</html>
`.text
})

const day = (instant: string): string => instant.slice(0, 10)

const hidden = (name: string, value: string): Html => html`<input type="hidden" name="${name}" value="${value}">`

const cancel = html`<form method="post">${hidden("answer", "cancel")}
<div class="does"><button>Stop, do not link</button></div>
</form>`

/** `note` is said to a screen reader as soon as the page is there. */
const noteOf = ({ note }: Shown): Html | undefined =>
  note === undefined ? undefined : html`<p role="alert"><strong>${note}</strong></p>`

const agree = (shown: Shown): Page => {
  const { place, session } = shown
  const { agreedUntil, attendedOnly, notice, purpose, streams } = session
  const name = nameOf(session)
  return document(
    `${name} asks to read your account at ${place}`,
    html`${noteOf(shown)}
<dl>
<dt>Who asks</dt><dd>${name}</dd>
<dt>What for</dt><dd>${purpose}</dd>
<dt>What is read</dt><dd>${streams.join(", ")}${attendedOnly ? ", only while you are there" : ""}</dd>
<dt>Until</dt><dd>${day(agreedUntil)} at the latest</dd>
<dt>How to end it</dt><dd>Withdraw at ${name}, at any time and without a reason. It ends at once.</dd>
<dt>What you agree to, word for word</dt><dd><blockquote lang="${notice.language}">${notice.text}</blockquote></dd>
</dl>
<form method="post">
<div class="does">
<button class="first" name="answer" value="agree">Agree</button>
<button name="answer" value="cancel">Decline</button>
</div>
</form>`
  )
}

type Of<Tag extends LinkSessions.Step["_tag"]> = Extract<LinkSessions.Step, { readonly _tag: Tag }>

const prompt = (shown: Shown, { fields, message }: Of<"Prompt">): Page =>
  document(
    `Link your account at ${shown.place}`,
    html`${noteOf(shown)}
<p>${message}</p>
<form method="post" autocomplete="off">
${hidden("answer", "entered")}
${fields.map(
  ({ label, name, secret }, index) => html`<label for="field-${index}">${label}</label>
<input id="field-${index}" name="field.${name}" type="${secret ? "password" : "text"}" autocomplete="off" autocapitalize="none" spellcheck="false" required>
`
)}
<div class="does"><button class="first">Go on</button></div>
</form>
${cancel}`
  )

const redirect = (shown: Shown, { url }: Of<"Redirect">): Page =>
  document(
    `Approve at ${shown.place}`,
    html`${noteOf(shown)}
<p>You approve at the bank itself, on its own page, and are sent back here. Your password is never asked for here.</p>
<div class="does"><a class="button first" href="${url}" rel="noreferrer">Continue to ${shown.place}</a></div>
<details>
<summary>You approved, and were not sent back?</summary>
<form method="post" autocomplete="off">
${hidden("answer", "redirected")}
<label for="address">The whole address of the page you see there</label>
<input id="address" name="url" type="url" autocomplete="off" spellcheck="false" required>
<div class="does"><button>Go on</button></div>
</form>
</details>
${cancel}`
  )

/** Seconds between two looks of a page; faster would leave nobody time to read it. */
const unhurried = 5

const approve = (shown: Shown, { message, pollAfterSeconds, until }: Of<"Approve">): Page =>
  document(
    `Waiting for your approval`,
    html`${noteOf(shown)}
<p role="status">${message}.</p>
<p>This page looks by itself whether you have${until === undefined ? "" : html`, until ${until.slice(11, 16)} UTC`}.</p>
<form method="post">
<div class="does"><button class="first" name="answer" value="poll">Look now</button></div>
</form>
${cancel}`,
    { refresh: Math.max(unhurried, pollAfterSeconds) }
  )

const goBack = (session: LinkSessions.LinkSession): Html | undefined => {
  const { linkSessionId, returnUrl, status } = session
  if (returnUrl === undefined) return undefined
  const url = new URL(returnUrl)
  url.searchParams.set("link_session_id", linkSessionId)
  url.searchParams.set("status", status)
  return html`<div class="does"><a class="button first" href="${url.href}" rel="noreferrer">Back to ${nameOf(session)}</a></div>`
}

const ended = ({ place, session }: Shown): Page => {
  const name = nameOf(session)
  const back = goBack(session)
  switch (session.status) {
    case "linked":
      return document(
        `Your account at ${place} is linked`,
        html`<p role="status">It is read from now on, until ${day(session.agreedUntil)} at the latest.</p>
<p>To end it, withdraw at ${name}, at any time. It ends at once.</p>
${back ?? html`<p>You can close this page.</p>`}`
      )
    case "failed":
      return document(
        "Your account was not linked",
        html`<p role="alert">${session.detail ?? "It did not work."}</p>
<p>Nothing is read. To try once more, begin again at ${name}. If your bank still asks you to approve, decline it there.</p>
${back}`
      )
    case "cancelled":
      return document(
        "Nothing was linked",
        html`<p role="status">You did not agree, and nothing is read. If your bank still asks you to approve, decline it there: nobody waits for it.</p>
${back ?? html`<p>You can close this page.</p>`}`
      )
    default:
      return document(
        "This link has expired",
        html`<p>Nothing was linked. To try once more, begin again at ${name}.</p>
${back}`,
        { status: 410 }
      )
  }
}

/** The page of a session as it stands. */
export const page = (shown: Shown): Page => {
  const { session, step } = shown
  if (session.status !== "open" || step === undefined) return ended(shown)
  switch (step._tag) {
    case "Agree":
      return agree(shown)
    case "Prompt":
      return prompt(shown, step)
    case "Redirect":
      return redirect(shown, step)
    case "Approve":
      return approve(shown, step)
  }
}

/** For an address nobody was given. */
export const unknown: Page = document(
  "This link is not valid",
  html`<p>It may have been used up or mistyped. Begin again where you were given it.</p>`,
  { status: 404 }
)

/** Where banks send people back to, and what they know is still behind the `#`, or in nobody's hands. */
export const back: Page = document(
  "Back from your bank",
  html`<p role="status">One moment.</p>
<form method="post" id="back" action="back" autocomplete="off">
<p>If nothing happens, paste the whole address of this page here.</p>
<label for="address">Address</label>
<input id="address" name="url" type="text" autocomplete="off" spellcheck="false" required>
<div class="does"><button class="first">Go on</button></div>
</form>`,
  { scripted: true }
)

/** The bank did not answer when the person came back; what they came back with may still be good. */
export const again = (note: string, address: string): Page =>
  document(
    "Your approval has not arrived yet",
    html`<p role="alert">${note}</p>
<form method="post" action="back">
${hidden("url", address)}
<div class="does"><button class="first">Try again</button></div>
</form>`,
    { status: 503 }
  )

export const strange: Page = document(
  "That did not come from this page",
  html`<p>Go back, load the page again and try once more.</p>`,
  { status: 403 }
)
