/** Pages for somebody who has no session at hand: a wrong link, the way back from a bank, a form that is not ours. */
import { document, hidden, type Page } from "./Document.ts"
import { html } from "./html.ts"

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
      <input id="address" name="url" type="text" autocomplete="off" spellcheck="false" required />
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
