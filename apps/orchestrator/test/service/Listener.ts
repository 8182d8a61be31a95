/** Somebody who listens to events: what has come so far, and whether it is over. */
export interface Heard {
  readonly id: string
  readonly data: string
}

export class Listener {
  readonly heard: Array<Heard> = []
  /** The last id that came, with an event or without. */
  lastId = ""
  status = 0
  /** Everything, as it came. */
  text = ""
  private readonly control = new AbortController()
  readonly over: Promise<void>

  constructor(url: string, key: string, lastEventId?: string) {
    this.over = this.listen(url, key, lastEventId)
  }

  private async listen(url: string, key: string, lastEventId: string | undefined): Promise<void> {
    try {
      const response = await fetch(url, {
        signal: this.control.signal,
        headers: {
          authorization: `Bearer ${key}`,
          ...(lastEventId !== undefined && { "last-event-id": lastEventId })
        }
      })
      this.status = response.status
      const decoder = new TextDecoder()
      for await (const piece of response.body ?? []) this.take(decoder.decode(piece as Uint8Array, { stream: true }))
    } catch {
      // The end of listening, from either side.
    }
  }

  private take(piece: string): void {
    this.text += piece
    const blocks = this.text.split("\n\n")
    this.heard.length = 0
    for (const block of blocks.slice(0, -1)) {
      const id = /^id: (.*)$/m.exec(block)?.[1]
      const data = /^data: (.*)$/m.exec(block)?.[1]
      if (id !== undefined) this.lastId = id
      if (data !== undefined) this.heard.push({ id: id ?? "", data })
    }
  }

  /** Waits until it holds; for so long at most. */
  async until(holds: () => boolean, millis = 10_000): Promise<void> {
    const end = Date.now() + millis
    while (!holds()) {
      if (Date.now() > end) throw new Error("it did not come to be")
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  stop(): void {
    this.control.abort()
  }
}
