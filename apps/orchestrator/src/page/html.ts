/** HTML as a value: what is put into a template is escaped unless it is HTML itself. */
const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}

export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Piece = string | number | Html | undefined | ReadonlyArray<Html>

const render = (piece: Piece): string => {
  if (piece === undefined) return ""
  if (piece instanceof Html) return piece.text
  if (typeof piece === "object") return piece.map(render).join("")
  return String(piece).replaceAll(/[&<>"']/g, (found) => escapes[found] ?? found)
}

export const html = (strings: TemplateStringsArray, ...pieces: ReadonlyArray<Piece>): Html =>
  new Html(strings.reduce((text, string, index) => text + render(pieces[index - 1]) + string))
