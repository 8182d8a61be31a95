/**
 * What the person who is linked sees: who asks, what for, what they agree to word for word, and then one step at a time
 * until they are linked. It works without scripts, by keyboard and on a telephone. Nothing that was entered is ever shown.
 */
import type { Step } from "../linking/LinkSession.ts"
import { document, hidden, type Page } from "./Document.ts"
import { ended } from "./ended.ts"
import { type Html, html } from "./html.ts"
import { day, nameOf, type Shown } from "./Shown.ts"

const cancel = html`<form method="post">
  ${hidden("answer", "cancel")}
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
        <dt>Who asks</dt>
        <dd>${name}</dd>
        <dt>What for</dt>
        <dd>${purpose}</dd>
        <dt>What is read</dt>
        <dd>${streams.join(", ")}${attendedOnly ? ", only while you are there" : ""}</dd>
        <dt>Until</dt>
        <dd>${day(agreedUntil)} at the latest</dd>
        <dt>How to end it</dt>
        <dd>Withdraw at ${name}, at any time and without a reason. It ends at once.</dd>
        <dt>What you agree to, word for word</dt>
        <dd><blockquote lang="${notice.language}">${notice.text}</blockquote></dd>
      </dl>
      <form method="post">
        <div class="does">
          <button class="first" name="answer" value="agree">Agree</button>
          <button name="answer" value="cancel">Decline</button>
        </div>
      </form>`
  )
}

type Of<Tag extends Step["_tag"]> = Extract<Step, { readonly _tag: Tag }>

const prompt = (shown: Shown, { fields, message }: Of<"Prompt">): Page =>
  document(
    `Link your account at ${shown.place}`,
    html`${noteOf(shown)}
      <p>${message}</p>
      <form method="post" autocomplete="off">
        ${hidden("answer", "entered")}
        ${fields.map(
          ({ label, name, secret }, index) =>
            html`<label for="field-${index}">${label}</label>
              <input
                id="field-${index}"
                name="field.${name}"
                type="${secret ? "password" : "text"}"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                required
              /> `
        )}
        <div class="does"><button class="first">Go on</button></div>
      </form>
      ${cancel}`
  )

const redirect = (shown: Shown, { url }: Of<"Redirect">): Page =>
  document(
    `Approve at ${shown.place}`,
    html`${noteOf(shown)}
      <p>
        You approve at the bank itself, on its own page, and are sent back here. Your password is never asked for here.
      </p>
      <div class="does"><a class="button first" href="${url}" rel="noreferrer">Continue to ${shown.place}</a></div>
      <details>
        <summary>You approved, and were not sent back?</summary>
        <form method="post" autocomplete="off">
          ${hidden("answer", "redirected")}
          <label for="address">The whole address of the page you see there</label>
          <input id="address" name="url" type="url" autocomplete="off" spellcheck="false" required />
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
      <p>
        This page looks by itself whether you
        have${until === undefined ? "" : html`, until ${until.slice(11, 16)} UTC`}.
      </p>
      <form method="post">
        <div class="does"><button class="first" name="answer" value="poll">Look now</button></div>
      </form>
      ${cancel}`,
    { refresh: Math.max(unhurried, pollAfterSeconds) }
  )

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
