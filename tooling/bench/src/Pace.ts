/** How long a page takes at three points of a walk: the median of the transactions in a twentieth of it. */
export interface Pace {
  /** Hears how many rows are stored, after each transaction. */
  readonly at: (gone: number) => void
  readonly read: () => { readonly early: number; readonly middle: number; readonly late: number }
}

export const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/** Starts at nothing stored; `rows` is how many are expected. */
export const start = (rows: number, pageSize: number): Pace => {
  const pages: Array<{ readonly gone: number; readonly millis: number }> = []
  let before = { gone: 0, at: performance.now() }
  const from = (share: number): number =>
    median(pages.filter(({ gone }) => gone >= rows * share && gone < rows * (share + 0.05)).map(({ millis }) => millis))
  return {
    at: (gone) => {
      const at = performance.now()
      if (gone === before.gone) return
      pages.push({ gone: before.gone, millis: ((at - before.at) / (gone - before.gone)) * pageSize })
      before = { gone, at }
    },
    read: () => ({ early: from(0.05), middle: from(0.5), late: from(0.95) })
  }
}
