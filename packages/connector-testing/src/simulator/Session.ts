/**
 * Consumer sessions: a refresh token bound to a device, short-lived access tokens, rotation in the ways providers do it,
 * and what happens when a token that was rotated away is used again. All times are the virtual clock's. Tokens here are
 * drawn from the seed: they open nothing but the simulator.
 */
import type { Clock } from "./Clock.ts"
import { day, second } from "./Clock.ts"
import type { Random } from "./Random.ts"

/**
 * - `none`: the refresh token stays the same.
 * - `rotate`: each refresh gives a new one and the old one is refused; the session lives on.
 * - `rotate-with-grace`: for `graceSeconds` the old one answers with the new one again, so that an answer that was lost
 *   can be asked for once more. After that, using it is re-use and ends the session.
 * - `strict`: using an old one is re-use at once and ends the session.
 */
export const rotations = ["none", "rotate", "rotate-with-grace", "strict"] as const
export type Rotation = (typeof rotations)[number]

export interface SessionMode {
  readonly rotation: Rotation
  readonly graceSeconds: number
  readonly accessSeconds: number
  readonly refreshDays: number
}

export const defaultMode: SessionMode = {
  rotation: "rotate-with-grace",
  graceSeconds: 60,
  accessSeconds: 1800,
  refreshDays: 90
}

/** What a consenting account holder hands over. */
export interface HandOver {
  readonly refreshToken: string
  readonly deviceId: string
}

/** What a call did to a session, for the request ledger. `label` stands for the session and is no secret. */
export interface SessionEvent {
  readonly label: string | undefined
  readonly event: "refreshed" | "repeated" | "refused" | "reused" | "revoked" | "unknown"
}

export interface Refreshed extends SessionEvent {
  readonly grant:
    | { readonly accessToken: string; readonly expiresIn: number; readonly refreshToken?: string }
    | undefined
}

export type Authorized =
  | { readonly personId: string; readonly label: string }
  | { readonly refusal: "token_expired" | "invalid_token" | "session_revoked"; readonly label: string | undefined }

interface Session {
  readonly personId: string
  readonly label: string
  readonly deviceId: string
  current: string
  previous: { readonly token: string; readonly rotatedAt: number } | undefined
  expiresAt: number
  revoked: boolean
  readonly accessTokens: Array<string>
}

interface Access {
  readonly session: Session
  expiresAt: number
}

const keptAccessTokens = 50

export class Sessions {
  readonly #clock: Clock
  readonly #random: Random
  readonly #sessions: Array<Session> = []
  /** Every refresh token ever given out, so that a re-used one is told from an unknown one. */
  readonly #refreshTokens = new Map<string, Session>()
  readonly #access = new Map<string, Access>()
  #rejecting = false
  mode: SessionMode

  constructor(clock: Clock, random: Random, mode: Partial<SessionMode> = {}) {
    this.#clock = clock
    this.#random = random
    this.mode = { ...defaultMode, ...mode }
  }

  open(personId: string): HandOver {
    const session: Session = {
      personId,
      label: `session-${this.#sessions.length + 1}`,
      deviceId: this.#random.id("dev_", 16),
      current: "",
      previous: undefined,
      expiresAt: 0,
      revoked: false,
      accessTokens: []
    }
    this.#sessions.push(session)
    return { refreshToken: this.#rotate(session), deviceId: session.deviceId }
  }

  /** An access token of a session that was opened, for a provider that hands one over with it. */
  access(refreshToken: string): string | undefined {
    const session = this.#refreshTokens.get(refreshToken)
    return session === undefined ? undefined : this.#grant(session).accessToken
  }

  /** Without a device, where the provider binds no session to one. */
  refresh(refreshToken: string, deviceId?: string): Refreshed {
    const session = this.#refreshTokens.get(refreshToken)
    if (session === undefined) return { label: undefined, event: "unknown", grant: undefined }
    const { label } = session
    const refused: Refreshed = { label, event: "refused", grant: undefined }
    if (session.revoked || (deviceId !== undefined && session.deviceId !== deviceId)) return refused
    const { now } = this.#clock
    if (refreshToken === session.current) {
      if (session.expiresAt <= now) return refused
      if (this.mode.rotation === "none") return { label, event: "refreshed", grant: this.#grant(session) }
      const rotated = this.#rotate(session)
      return { label, event: "refreshed", grant: { ...this.#grant(session), refreshToken: rotated } }
    }
    const { rotation, graceSeconds } = this.mode
    const { previous } = session
    const graced = previous?.token === refreshToken && now < previous.rotatedAt + graceSeconds * second
    if (rotation === "rotate-with-grace" && graced) {
      return { label, event: "repeated", grant: { ...this.#grant(session), refreshToken: session.current } }
    }
    if (rotation !== "rotate") session.revoked = true
    return { label, event: "reused", grant: undefined }
  }

  revoke(refreshToken: string, deviceId?: string): SessionEvent {
    const session = this.#refreshTokens.get(refreshToken)
    if (session === undefined) return { label: undefined, event: "unknown" }
    if (deviceId !== undefined && session.deviceId !== deviceId) return { label: session.label, event: "refused" }
    session.revoked = true
    return { label: session.label, event: "revoked" }
  }

  authorize(accessToken: string): Authorized {
    const access = this.#access.get(accessToken)
    if (access === undefined) return { refusal: "invalid_token", label: undefined }
    const { label, personId, revoked } = access.session
    if (this.#rejecting || access.expiresAt <= this.#clock.now) return { refusal: "token_expired", label }
    if (revoked) return { refusal: "session_revoked", label }
    return { personId, label }
  }

  /** Every token given out so far that may still be of use to somebody. */
  get tokens(): ReadonlyArray<string> {
    return [...this.#refreshTokens.keys(), ...this.#access.keys()]
  }

  /** Every access token given out so far is expired. */
  expireAccess(personId?: string): void {
    for (const access of this.#access.values()) {
      if (personId === undefined || access.session.personId === personId) access.expiresAt = this.#clock.now
    }
  }

  /** From now on every access token is refused as expired, also a new one. */
  rejectAccess(): void {
    this.#rejecting = true
  }

  /** The provider ends the sessions of a person. */
  revokeSession(personId: string): void {
    for (const session of this.#of(personId)) session.revoked = true
  }

  /** The refresh tokens of a person are too old from now on. */
  expireRefresh(personId: string): void {
    for (const session of this.#of(personId)) session.expiresAt = this.#clock.now
  }

  #of(personId: string): ReadonlyArray<Session> {
    return this.#sessions.filter((session) => session.personId === personId)
  }

  #rotate(session: Session): string {
    const token = this.#random.id("rt_", 32)
    if (session.current !== "") session.previous = { token: session.current, rotatedAt: this.#clock.now }
    session.current = token
    session.expiresAt = this.#clock.now + this.mode.refreshDays * day
    this.#refreshTokens.set(token, session)
    return token
  }

  #grant(session: Session): { accessToken: string; expiresIn: number } {
    const { accessSeconds } = this.mode
    const accessToken = this.#random.id("at_", 32)
    this.#access.set(accessToken, { session, expiresAt: this.#clock.now + accessSeconds * second })
    session.accessTokens.push(accessToken)
    const [oldest] = session.accessTokens
    if (session.accessTokens.length > keptAccessTokens && oldest !== undefined) {
      session.accessTokens.shift()
      this.#access.delete(oldest)
    }
    return { accessToken, expiresIn: accessSeconds }
  }
}
