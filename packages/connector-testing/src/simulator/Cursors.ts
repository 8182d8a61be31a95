/**
 * Cursors: a place in one person's feed, written so that nobody outside is tempted to read it. They can be expired all
 * at once, and one of another feed or another person is as good as expired.
 */
export class Cursors {
  #generation = 1

  /** No cursor given out so far is accepted any more. */
  expire(): void {
    this.#generation += 1
  }

  write(feed: string, position: number): string {
    return Buffer.from(`cursor:${this.#generation}:${feed}:${position}`).toString("base64url")
  }

  read(feed: string, cursor: string): number | undefined {
    const [word, generation, of, position] = Buffer.from(cursor, "base64url").toString().split(":")
    if (word !== "cursor" || generation !== String(this.#generation) || of !== feed) return undefined
    const place = Number(position)
    return Number.isInteger(place) && place >= -1 ? place : undefined
  }
}
