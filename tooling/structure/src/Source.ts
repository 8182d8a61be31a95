/**
 * The text of one TypeScript file, read three ways: as it stands, with comments blanked, and with comments and strings
 * blanked. Blanking keeps every line break, so that an offset is a line in all three. It is a scanner of a page, not a
 * parser: it knows strings, templates, comments and the usual places of a regular expression, and nothing of types.
 */
export interface Source {
  readonly text: string
  /** Comments blanked; strings stand, so imports can be read. */
  readonly code: string
  /** Comments and the contents of strings and templates blanked: what is left is called, not talked about. */
  readonly bare: string
}

export interface Import {
  readonly specifier: string
  readonly line: number
}

const beforeRegex = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|do|else|in|of|void|delete|yield|await))\s*$/

const blank = (text: string): string => text.replace(/[^\n]/g, " ")

export const read = (text: string): Source => {
  let code = ""
  let bare = ""
  let at = 0
  const templates: Array<number> = []
  const take = (end: number, keep: "all" | "code" | "none"): void => {
    const part = text.slice(at, end)
    code += keep === "none" ? blank(part) : part
    bare += keep === "all" ? part : blank(part)
    at = end
  }
  const template = (): void => {
    let end = at
    while (end < text.length && text[end] !== "`" && !text.startsWith("${", end)) end += text[end] === "\\" ? 2 : 1
    take(end, "code")
    if (text[at] === "`") take(at + 1, "all")
    else if (at < text.length) {
      templates.push(0)
      take(at + 2, "all")
    }
  }
  if (text.startsWith("#!")) take(Math.max(text.indexOf("\n"), 0), "none")
  while (at < text.length) {
    const char = text[at]
    const depth = templates.at(-1)
    if (text.startsWith("//", at)) {
      const end = text.indexOf("\n", at)
      take(end < 0 ? text.length : end, "none")
    } else if (text.startsWith("/*", at)) {
      const end = text.indexOf("*/", at + 2)
      take(end < 0 ? text.length : end + 2, "none")
    } else if (char === '"' || char === "'") {
      let end = at + 1
      while (end < text.length && text[end] !== char && text[end] !== "\n") end += text[end] === "\\" ? 2 : 1
      take(at + 1, "all")
      take(end, "code")
      take(Math.min(end + 1, text.length), "all")
    } else if (char === "`") {
      take(at + 1, "all")
      template()
    } else if (char === "/" && beforeRegex.test(code.slice(-40))) {
      const regex = /^\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/\w*/.exec(text.slice(at))
      take(at + (regex?.[0].length ?? 1), regex === null ? "all" : "code")
    } else if (depth !== undefined && char === "{") {
      templates[templates.length - 1] = depth + 1
      take(at + 1, "all")
    } else if (depth !== undefined && char === "}") {
      take(at + 1, "all")
      if (depth > 0) templates[templates.length - 1] = depth - 1
      else {
        templates.pop()
        template()
      }
    } else take(at + 1, "all")
  }
  return { text, code, bare }
}

/** The line, from 1, on which an offset falls. */
const lineOf = (text: string, offset: number): number => text.slice(0, offset).split("\n").length

const statement = /^[ \t]*(?:import|export)\b(?:[^"'`;=()]*?\bfrom)?\s*(["'])([^"'\n]+)\1/gm
const call = /\b(?:import|require|import\.meta\.resolve)\(\s*(["'`])([^"'`\n]+)\1/g

/** What a file imports, re-exports, requires or imports on demand; types included, since a wall has no side door. */
export const imports = (source: Source): ReadonlyArray<Import> =>
  [...source.code.matchAll(statement), ...source.code.matchAll(call)]
    .filter((match) => source.bare.slice(match.index, match.index + match[0].length).trim().length > 0)
    .map((match) => ({
      specifier: match[2] ?? "",
      line: lineOf(source.code, match.index + match[0].lastIndexOf(match[2] ?? ""))
    }))

/** Every place a pattern (with the `g` flag) stands in a text, as lines. */
export const linesWith = (
  text: string,
  pattern: RegExp
): ReadonlyArray<{ readonly line: number; readonly found: string }> =>
  [...text.matchAll(pattern)].map((match) => ({ line: lineOf(text, match.index), found: match[0].trim() }))

/** The places where a comment starts with a pattern; a comment inside a string is not one. */
export const commentsWith = (source: Source, pattern: RegExp): ReturnType<typeof linesWith> =>
  [...source.text.matchAll(/\/[/*]+[ \t]*/g)]
    .filter((match) => source.code[match.index] === " ")
    .flatMap((match) => {
      const found = pattern.exec(source.text.slice(match.index + match[0].length))
      return found?.index === 0 ? [{ line: lineOf(source.text, match.index), found: found[0] }] : []
    })
