/** A link session as it stands on the wire. */
export interface Session {
  readonly linkSessionId: string
  readonly status: string
  readonly url?: string
  readonly detail?: string
  readonly connectionId?: string
  readonly consentId?: string
  readonly accountIds?: ReadonlyArray<string>
  readonly expiresAt: string
  readonly step?: {
    readonly type: string
    readonly notice?: string
    readonly url?: string
    readonly message?: string
    readonly fields?: ReadonlyArray<{ readonly name: string; readonly secret: boolean }>
  }
}
