/** Rows as a table that fits the terminal: the widest column that may be cut gives way, numbers stand to the right. */

export interface Column<A> {
  readonly title: string
  readonly of: (row: A) => string
  readonly right?: boolean
  /** Never cut: half of an id or a day says nothing, or something wrong. */
  readonly whole?: boolean
}

const narrowest = 8

const fit = (widths: Array<number>, whole: ReadonlyArray<boolean>, room: number): ReadonlyArray<number> => {
  const total = (): number => widths.reduce((sum, width) => sum + width, 0) + 2 * (widths.length - 1)
  while (total() > room) {
    const yielding = widths.map((width, index) => (whole[index] === true ? 0 : width))
    const widest = yielding.indexOf(Math.max(...yielding))
    const width = yielding[widest] ?? 0
    if (width <= narrowest) break
    widths[widest] = Math.max(narrowest, width - (total() - room))
  }
  return widths
}

/** Control characters of a merchant's name must not reach the terminal. */
const printable = (text: string): string => text.replaceAll(/\p{Cc}+/gu, " ")

const cell = (text: string, width: number, right: boolean): string => {
  const cut = text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text
  return right ? cut.padStart(width) : cut.padEnd(width)
}

export const render = <A>(columns: ReadonlyArray<Column<A>>, rows: ReadonlyArray<A>, room: number): string => {
  const texts = rows.map((row) => columns.map((column) => printable(column.of(row))))
  const widths = fit(
    columns.map((column, index) => Math.max(column.title.length, ...texts.map((row) => row[index]?.length ?? 0))),
    columns.map(({ whole }) => whole === true),
    room
  )
  const line = (cells: ReadonlyArray<string>): string =>
    cells
      .map((text, index) => cell(text, widths[index] ?? 0, columns[index]?.right === true))
      .join("  ")
      .trimEnd()
  return [
    line(columns.map((column) => column.title)),
    line(widths.map((width) => "─".repeat(width))),
    ...texts.map(line)
  ].join("\n")
}
