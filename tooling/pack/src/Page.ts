/**
 * A page of documentation as steps that can be carried out: its fenced blocks, in their order. `sh` is run, and succeeds;
 * `sh fails` is run, and fails; `sh stays` is started, and stays up; `text` is what the command before it said, with `…` for
 * what is left out; `diff FILE` is an edit of that file. Any other block is for reading only.
 */
export type Step = { readonly line: number } & (
  | { readonly _tag: "Run"; readonly script: string; readonly ends: "well" | "badly" | "not" }
  | { readonly _tag: "Said"; readonly lines: ReadonlyArray<string> }
  | { readonly _tag: "Edit"; readonly file: string; readonly from: string; readonly to: string }
)

const fence = /^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm

const ends = { "": "well", "fails": "badly", "stays": "not" } as const

const side = (text: string, mark: "+" | "-"): string =>
  text
    .split("\n")
    .filter((line) => line.startsWith(mark) || !/^[+-]/.test(line))
    .map((line) => line.slice(1))
    .join("\n")

export const steps = (page: string): ReadonlyArray<Step> =>
  [...page.matchAll(fence)].flatMap(([, kind, word = "", text = ""], index, all): ReadonlyArray<Step> => {
    const line = page.slice(0, all[index]?.index).split("\n").length
    const body = text.replace(/\n$/, "")
    if (kind === "sh" && (word === "" || word === "fails" || word === "stays"))
      return [{ _tag: "Run", line, script: body, ends: ends[word] }]
    if (kind === "text") return [{ _tag: "Said", line, lines: body.split("\n") }]
    return kind === "diff" ? [{ _tag: "Edit", line, file: word, from: side(body, "-"), to: side(body, "+") }] : []
  })

/** Where a line of the page, `…` for anything, stands in what was said. */
export const isSaid = (line: string, said: string): boolean =>
  new RegExp(
    line
      .trim()
      .split("…")
      .map((part) =>
        part
          .trim()
          .replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
          .replaceAll(/\s+/g, String.raw`\s+`)
      )
      .join(".*")
  ).test(said)

/** The text after an edit; nothing where the lines it replaces do not stand there exactly once. */
export const edited = (
  text: string,
  { from, to }: { readonly from: string; readonly to: string }
): string | undefined => (text.split(from).length === 2 ? text.replace(from, () => to) : undefined)
