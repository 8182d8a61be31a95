/** What runs did, as a table for a person. */
import type { Report } from "@paymirror/sync"
import { nameOutcome, sayOutcome } from "./Exit.ts"
import { render } from "./Table.ts"

const columns = [
  { title: "stream", of: (report: Report) => report.stream },
  { title: "added", of: (report: Report) => String(report.added), right: true },
  { title: "updated", of: (report: Report) => String(report.updated), right: true },
  { title: "unchanged", of: (report: Report) => String(report.unchanged), right: true },
  { title: "removed", of: (report: Report) => String(report.removed), right: true },
  { title: "quarantined", of: (report: Report) => String(report.quarantined), right: true },
  { title: "outcome", of: (report: Report) => nameOutcome(report.outcome) }
]

/** The table, and under it in full what did not come to its end. */
export const reports = (all: ReadonlyArray<Report>, room: number): string => {
  const open = all.filter(({ outcome }) => outcome._tag !== "CaughtUp")
  const lines = new Set(open.map(({ outcome, stream }) => `${stream}: ${sayOutcome(outcome)}`))
  return [render(columns, all, room), ...(lines.size === 0 ? [] : ["", ...lines])].join("\n")
}
