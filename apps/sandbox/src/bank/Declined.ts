/** A request the bank does not serve: the status, the message code of the standard, and what it is about. */
export interface Declining {
  readonly code?: string | undefined
  /** The field or header it is about. */
  readonly path?: string | undefined
  readonly text?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

export class Declined extends Error {
  override readonly name = "Declined"
  readonly status: number
  readonly code: string | undefined
  readonly path: string | undefined
  readonly text: string | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, declining: Declining = {}) {
    super(declining.code ?? String(status))
    this.status = status
    this.code = declining.code
    this.path = declining.path
    this.text = declining.text
    this.headers = declining.headers ?? {}
  }
}
