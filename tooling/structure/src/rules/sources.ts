/**
 * What a file of `src` may be: introduced by a paragraph, short enough to hold in the head, free of silenced warnings,
 * and, in core, free of clocks and chance. Money is never sized by `Intl`, whose currency data differ from ISO 4217.
 */
import * as Package from "../Package.ts"
import type { Problem } from "../Problem.ts"
import * as Source from "../Source.ts"

const opening = /^(?:#![^\n]*\n)?\s*\/\*([\s\S]*?)\*\//
const leastWords = 5
const longest = 400
const longestOfConnector = 200
const comfortableOfConnector = 130

const introduced = (file: Package.File): ReadonlyArray<Problem> => {
  const words = (opening.exec(file.source.text)?.[1] ?? "").split(/\s+/).filter((word) => /\w/.test(word))
  return words.length >= leastWords
    ? []
    : [
        {
          file: file.shown,
          line: 1,
          what: "the file does not open with a paragraph",
          why: "the first lines say what a file is and what it will not do, so that most readers need no more",
          todo: "open with a block comment of a sentence or more",
          severity: "error"
        }
      ]
}

const short = (self: Package.Package, file: Package.File): ReadonlyArray<Problem> => {
  const lines = file.source.text.trimEnd().split("\n").length
  const limit = self.role === "connector" ? longestOfConnector : longest
  const over = (most: number, severity: Problem["severity"]): Problem => ({
    file: file.shown,
    line: most + 1,
    what: `${lines} lines, more than ${most}`,
    why: "one file holds one idea; a long one holds two that have not been told apart",
    todo: "name the second idea and give it its own file",
    severity
  })
  if (lines > limit) return [over(limit, "error")]
  return self.role === "connector" && lines > comfortableOfConnector ? [over(comfortableOfConnector, "warning")] : []
}

const pure = (file: Package.File): ReadonlyArray<Problem> =>
  Source.linesWith(
    file.source.bare,
    /\b(?:Date\.now|new Date|Math\.random|performance\.now|crypto\.(?:randomUUID|getRandomValues))\s*\(|\bprocess\./g
  ).map(({ line, found }) => ({
    file: file.shown,
    line,
    what: `core uses ${found.replace(/\s*\($/, "()").replace(/\.$/, "")}`,
    why: "core is a function of what it is given: the same run twice says the same, on any machine and any day",
    todo: "take the instant or the number as an argument",
    severity: "error"
  }))

const exponents = (file: Package.File): ReadonlyArray<Problem> =>
  Source.linesWith(
    file.source.bare,
    /\bIntl\.NumberFormat\b|\.toLocaleString\s*\(|\b(?:maximum|minimum)FractionDigits\b/g
  ).map(({ line, found }) => ({
    file: file.shown,
    line,
    what: `${found.replace(/\s*\($/, "()")} decides how many decimals an amount has`,
    why: "Intl's exponents are display data (it gives the Iraqi dinar 0 decimals, ISO 4217 gives it 3)",
    todo: "use Money of @paymirror/core, which has the pinned table",
    severity: "error"
  }))

const silenced = (file: Package.File): ReadonlyArray<Problem> =>
  Source.commentsWith(
    file.source,
    file.path.startsWith("test/")
      ? /@ts-(?:ignore|nocheck)|(?:oxlint|eslint)-disable/
      : /@ts-(?:ignore|nocheck|expect-error)|(?:oxlint|eslint)-disable/
  ).map(({ line, found }) => ({
    file: file.shown,
    line,
    what: `a warning is silenced: ${found}`,
    why: "the next reader cannot tell a warning that was understood from one that was in the way",
    todo: "change the code so that the warning has nothing to say, or change the rule for everyone",
    severity: "error"
  }))

export const check = (self: Package.Package): ReadonlyArray<Problem> => [
  ...Package.sources(self).flatMap((file) => [
    ...introduced(file),
    ...short(self, file),
    ...(self.role === "core" ? pure(file) : []),
    ...exponents(file)
  ]),
  ...self.files.flatMap(silenced)
]
