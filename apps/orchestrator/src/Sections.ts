/** What stands under a table: a heading and its sentences, each said once with all it holds for, within the terminal. */
import { wrap } from "./wrap.ts"

export interface Said {
  readonly of: string
  readonly text: string
}

/** Nothing where there is nothing to say. */
export const section = (title: string, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length === 0 ? [] : ["", title, ...lines]

/** `name` says what several are called together. */
export const together = (
  said: ReadonlyArray<Said>,
  room: number,
  name: (of: ReadonlyArray<string>) => string = (of) => of.join(", ")
): ReadonlyArray<string> =>
  [...Map.groupBy(said, ({ text }) => text)].map(([text, some]) =>
    wrap(`${name(some.map(({ of }) => of))}: ${text}`, room - 4)
      .map((line, index) => `${index === 0 ? "  " : "    "}${line}`)
      .join("\n")
  )
