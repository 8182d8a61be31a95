/**
 * A browser without scripts: it follows what it is sent to, fills in forms and presses buttons by what is written on them.
 * It sends what browsers send of where a form comes from, and keeps nothing else.
 */
const characters: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'"
}
const plain = (text: string): string => text.replace(/&(amp|lt|gt|quot|#39);/g, (name) => characters[name] ?? name)

const attribute = (tag: string, name: string): string | undefined => {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
  return found === undefined ? undefined : plain(found)
}

export class Browser {
  url = ""
  status = 0
  html = ""
  headers = new Headers()
  /** Everything it has been shown. */
  readonly seen: Array<string> = []

  async open(url: string): Promise<this> {
    return this.#load(url, {})
  }

  async #load(url: string, init: RequestInit): Promise<this> {
    const response = await fetch(url, { ...init, redirect: "manual" })
    this.html = await response.text()
    this.seen.push(url, this.html, JSON.stringify([...response.headers]))
    this.url = url
    this.status = response.status
    this.headers = response.headers
    const to = response.headers.get("location")
    return to === null ? this : this.#load(new URL(to, url).href, {})
  }

  get title(): string {
    return plain(/<h1>([\s\S]*?)<\/h1>/.exec(this.html)?.[1] ?? "")
  }

  /** What is written on the page. */
  get text(): string {
    return plain(this.html.replaceAll(/<(style|script)[\s\S]*?<\/\1>|<[^>]*>/g, " ").replaceAll(/\s+/g, " "))
  }

  /** Where a link leads. */
  href(words: string): string {
    for (const [, tag = "", inner = ""] of this.html.matchAll(/(<a\s[^>]*>)([\s\S]*?)<\/a>/g)) {
      if (plain(inner).startsWith(words)) return new URL(attribute(tag, "href") ?? "", this.url).href
    }
    throw new Error(`there is no link "${words}" on "${this.title}"`)
  }

  /** The labels of the fields of the page. */
  get labels(): ReadonlyArray<string> {
    return [...this.html.matchAll(/<label [^>]*>([\s\S]*?)<\/label>/g)].map(([, label = ""]) => plain(label))
  }

  /** Presses the button with these words, with what was typed into the fields with these labels. */
  async press(
    words: string,
    typed: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = { "sec-fetch-site": "same-origin", "origin": "null" }
  ): Promise<this> {
    for (const [whole, open = ""] of this.html.matchAll(/(<form[^>]*>)[\s\S]*?<\/form>/g)) {
      const button = [...whole.matchAll(/(<button[^>]*>)([\s\S]*?)<\/button>/g)].find(
        ([, , inner = ""]) => plain(inner) === words
      )
      if (button === undefined) continue
      const form = new URLSearchParams()
      for (const [tag] of whole.matchAll(/<input[^>]*>/g)) {
        const id = attribute(tag, "id")
        const label = new RegExp(`<label for="${id}">([\\s\\S]*?)</label>`).exec(whole)?.[1]
        const value = label === undefined ? attribute(tag, "value") : typed[plain(label)]
        form.set(attribute(tag, "name") ?? "", value ?? "")
      }
      const name = attribute(button[1] ?? "", "name")
      if (name !== undefined) form.set(name, attribute(button[1] ?? "", "value") ?? "")
      const action = new URL(attribute(open, "action") ?? this.url, this.url).href
      return this.#load(action, { method: "POST", body: form, headers })
    }
    throw new Error(`there is no button "${words}" on "${this.title}"`)
  }
}
