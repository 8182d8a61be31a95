/** What the person sees once it is over: linked, not linked, or too late; and the way back to whoever asked. */
import type { LinkSession } from "../linking/LinkSession.ts"
import { document, type Page } from "./Document.ts"
import { type Html, html } from "./html.ts"
import { day, nameOf, type Shown } from "./Shown.ts"

const goBack = (session: LinkSession): Html | undefined => {
  const { linkSessionId, returnUrl, status } = session
  if (returnUrl === undefined) return undefined
  const url = new URL(returnUrl)
  url.searchParams.set("link_session_id", linkSessionId)
  url.searchParams.set("status", status)
  return html`<div class="does">
    <a class="button first" href="${url.href}" rel="noreferrer">Back to ${nameOf(session)}</a>
  </div>`
}

export const ended = ({ place, session }: Shown): Page => {
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
          <p>
            Nothing is read. To try once more, begin again at ${name}. If your bank still asks you to approve, decline
            it there.
          </p>
          ${back}`
      )
    case "cancelled":
      return document(
        "Nothing was linked",
        html`<p role="status">
            You did not agree, and nothing is read. If your bank still asks you to approve, decline it there: nobody
            waits for it.
          </p>
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
