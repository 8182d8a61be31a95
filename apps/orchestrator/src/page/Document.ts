/** A page of ours as a whole: it needs no script, and one file of style from beside it. */
import { Html, html } from "./html.ts"

export interface Page {
  readonly status: number
  readonly body: string
  /** Whether it has the script that hands over what stands behind the `#`. */
  readonly scripted: boolean
}

export const document = (
  title: string,
  content: Html,
  { refresh, scripted = false, status = 200 }: { refresh?: number; scripted?: boolean; status?: number } = {}
): Page => ({
  status,
  scripted,
  body: html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${refresh === undefined ? undefined : html`<meta http-equiv="refresh" content="${refresh}" />`}
        <link rel="stylesheet" href="style.css" />
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
        ${scripted ? html`<script src="back.js" defer></script>` : undefined}
      </body>
    </html> `.text
})

/** A field nobody sees. */
export const hidden = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}" />`
