/** Whoever holds a person's session at a neighbour: its answers as they are on the wire, nothing translated. */
import type { Neighbour } from "../../src/index.ts"

export type Row = Readonly<Record<string, unknown>>

const isRow = (value: unknown): value is Row => typeof value === "object" && value !== null
const rowsIn = (value: unknown): ReadonlyArray<Row> => (Array.isArray(value) ? value.filter(isRow) : [])

export const signedIn = ({ handOver, simulator }: Neighbour, person = "alex") => {
  const { refreshToken } = handOver(person)
  const get = async (path: string): Promise<Row> => {
    const authorization = `Bearer ${simulator.sessions.access(refreshToken)}`
    const answer = await simulator.fetch(`https://neighbour.example${path}`, { headers: { authorization } })
    const body: unknown = await answer.json()
    return isRow(body) ? body : {}
  }
  const rows = async (path: string, under: string): Promise<ReadonlyArray<Row>> =>
    rowsIn((await get(`${path}?page_size=200`))[under])
  return {
    get,
    rows,
    /** One field of each part of a row. */
    parts: async (path: string, under: string, id: string, field: string): Promise<ReadonlyArray<unknown>> =>
      (await rows(path, under))
        .filter((row) => row["id"] === id)
        .flatMap((row) => rowsIn(row["installments"]))
        .map((part) => part[field])
  }
}
