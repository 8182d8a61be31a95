/**
 * `apiLoad <port> <key> <walkers> <seconds>`: walkers that read installments page by page over connections that stay open,
 * each from the first to the last and again. The first second warms up and is not counted.
 */
import { Agent, get } from "node:http"

const [port = "", key = "", walkers = "8", seconds = "5"] = process.argv.slice(3)
const agent = new Agent({ keepAlive: true, maxSockets: Number(walkers) })
const begin = performance.now() + 1000
const end = begin + Number(seconds) * 1000
let requests = 0
let items = 0

const page = (
  cursor: string | undefined
): Promise<{ readonly items: ReadonlyArray<unknown>; readonly nextCursor?: string }> =>
  new Promise((resolve, reject) => {
    const path = `/v1/installments?limit=100${cursor === undefined ? "" : `&cursor=${cursor}`}`
    get({ agent, host: "127.0.0.1", port, path, headers: { authorization: `Bearer ${key}` } }, (response) => {
      const pieces: Array<Buffer> = []
      response.on("data", (piece: Buffer) => pieces.push(piece))
      response.on("end", () => {
        if (response.statusCode !== 200) return reject(new Error(`a ${response.statusCode}`))
        // Reading it whole would be the reader's cost on the same two cores: where to go on stands at the end.
        const text = Buffer.concat(pieces).toString()
        const next = /"nextCursor":"([^"]+)"\}$/.exec(text.slice(-200))?.[1]
        const count = text.split(`"installmentNumber"`).length - 1
        resolve({ items: Array.from({ length: count }), ...(next !== undefined && { nextCursor: next }) })
      })
    }).on("error", reject)
  })

const walk = async (): Promise<void> => {
  let cursor: string | undefined
  while (performance.now() < end) {
    const found = await page(cursor)
    cursor = found.nextCursor
    const now = performance.now()
    if (now < begin || now > end) continue
    requests += 1
    items += found.items.length
  }
}

await Promise.all(Array.from({ length: Number(walkers) }, walk))
agent.destroy()
console.log(JSON.stringify({ requests, items, seconds: Number(seconds) }))
