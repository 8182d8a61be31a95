/**
 * Linking is a conversation, one step at a time: a redirect, an approval in the provider's app, a prompt and an uploaded
 * file are the same exchange. `state` is the connector's own and travels with the step, so that the conversation goes on
 * after a restart. No step ever asks for a password.
 */
import type * as Redacted from "effect/Redacted"
import type { Presence } from "./Access.ts"
import type { LinkedAccount } from "./Account.ts"
import type { Instant } from "./Instant.ts"

/** One thing to ask the person for. `secret` fields are never shown again nor logged. */
export interface PromptField {
  readonly name: string
  readonly label: string
  readonly secret: boolean
}

export type LinkStep<G> =
  | {
      readonly _tag: "Redirect"
      readonly url: string
      /**
       * The parameter `state` of the address the person comes back to, where it will have one: by it a host that links many
       * people tells whose return it is.
       */
      readonly returnState?: string
      readonly state: string
    }
  | {
      readonly _tag: "Approve"
      readonly message: string
      readonly pollAfterSeconds: number
      /** When it is too late to approve, where that is known. */
      readonly until?: Instant
      readonly state: string
    }
  | {
      readonly _tag: "Prompt"
      readonly message: string
      readonly fields: ReadonlyArray<PromptField>
      readonly state: string
    }
  | { readonly _tag: "Upload"; readonly message: string; readonly state: string }
  | {
      readonly _tag: "Linked"
      readonly grant: G
      readonly accounts: ReadonlyArray<LinkedAccount>
      /** When the provider ends the grant, where it says so; it may have shortened what was asked for. */
      readonly validUntil?: Instant
      /** What was found, for people to read (a file's format, its rows): no secrets, nobody's data. */
      readonly found?: Readonly<Record<string, string | number>>
    }

/** What the person answered to the last step; `Start` opens the conversation. */
export type LinkAnswer =
  | { readonly _tag: "Start"; readonly market?: string }
  | { readonly _tag: "Redirected"; readonly url: string }
  | { readonly _tag: "Poll" }
  | { readonly _tag: "Entered"; readonly values: Readonly<Record<string, Redacted.Redacted<string>>> }
  | { readonly _tag: "Uploaded"; readonly path: string; readonly options: Readonly<Record<string, string>> }

export interface LinkInput {
  readonly answer: LinkAnswer
  /** The `state` of the step that is being answered; empty at the start. */
  readonly state: string
  /** Where the person sits while they link, if the host was told. */
  readonly presence?: Presence
}
