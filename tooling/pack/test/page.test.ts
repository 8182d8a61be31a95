/** A page of documentation is followed as a reader would: what it cannot mean is not taken for success. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import * as Page from "../src/Page.ts"

const root = new URL("../../../", import.meta.url)
const page = readFileSync(new URL("docs/writing-a-connector.md", root), "utf8")

const block = (kind: string, body: string): string => `Text.\n\n\`\`\`${kind}\n${body}\n\`\`\`\n`

describe("a page as steps", () => {
  it("knows what is to be run, what fails, what stays up, what is said and what is edited", () => {
    const text = [
      block("sh", "a\nb"),
      block("sh fails", "c"),
      block("sh stays", "d"),
      block("text", "one …\ntwo"),
      block("diff src/x.ts", " kept\n-old\n+new"),
      block("ts", "shown only")
    ].join("\n")
    assert.deepStrictEqual(Page.steps(text), [
      { _tag: "Run", line: 3, script: "a\nb", ends: "well" },
      { _tag: "Run", line: 10, script: "c", ends: "badly" },
      { _tag: "Run", line: 16, script: "d", ends: "not" },
      { _tag: "Said", line: 22, lines: ["one …", "two"] },
      { _tag: "Edit", line: 29, file: "src/x.ts", from: "kept\nold", to: "kept\nnew" }
    ])
  })

  it("makes an edit only where its lines stand exactly once", () => {
    const edit = { from: "old", to: "$& new" }
    assert.strictEqual(Page.edited("an old line", edit), "an $& new line")
    assert.isUndefined(Page.edited("a line", edit))
    assert.isUndefined(Page.edited("old, old", edit))
  })

  it("holds what a command said against the page, however wide its columns are", () => {
    const said = "stream     added\n─────\npurchases     14   up to date\nTests  1 failed | 37 passed (38)"
    assert.isTrue(Page.isSaid("purchases 14 up to date", said))
    assert.isTrue(Page.isSaid("Tests 1 failed | …", said))
    assert.isFalse(Page.isSaid("Tests 2 failed | …", said))
    assert.isFalse(Page.isSaid("stream … up to date", said))
  })
})

describe("docs/writing-a-connector.md", () => {
  it("has edits that fit what the generator writes", () => {
    const files = new Map<string, string>()
    let route = ""
    let title = ""
    for (const step of Page.steps(page)) {
      if (step._tag === "Run") {
        const [, name, chosen = "session"] =
          /create @paymirror\/connector (\S+)(?:.*--route (\S+))?/.exec(step.script) ?? []
        if (name === undefined) continue
        route = chosen
        title = name.replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase().replace("-", " "))
      } else if (step._tag === "Edit") {
        const file = `${route}/${step.file}`
        const template = new URL(`packages/create-connector/templates/${file}`, root)
        const before = files.get(file) ?? readFileSync(template, "utf8").replaceAll("Acme", title)
        const text = Page.edited(before, step)
        assert.isDefined(text, `line ${step.line}`)
        files.set(file, text)
      }
    }
    assert.deepStrictEqual(
      [...files.keys()],
      [
        "session/src/translate.ts",
        "session/test/conformance.test.ts",
        "export/src/formats/statement.ts",
        "psd2/src/institutions.ts"
      ]
    )
    for (const text of files.values()) assert.notInclude(text, "TODO")
  })
})
