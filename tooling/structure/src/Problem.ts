/**
 * One thing that is not as it should be, with enough said that the reader can put it right without opening this tool:
 * where, what, why it matters, and what to do. An `error` fails the check; a `warning` is only printed.
 */
export interface Problem {
  readonly file: string
  readonly line: number
  readonly what: string
  readonly why: string
  readonly todo: string
  readonly severity: "error" | "warning"
}

export const show = (problem: Problem): string =>
  [
    `${problem.file}:${problem.line}  ${problem.severity}: ${problem.what}`,
    `    why: ${problem.why}`,
    `    do:  ${problem.todo}`
  ].join("\n")
