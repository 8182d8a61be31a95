/**
 * A calendar as text (RFC 5545): all-day events, none of which rings. A day stays the day it is: no time zone touches it.
 * The format's three rules are here, escaping, folding and line ends; a library would bring dates that pass through zones.
 */
export interface AllDay {
  /** The same event keeps it. */
  readonly uid: string
  /** `YYYY-MM-DD`. */
  readonly on: string
  readonly summary: string
  readonly description: string
  /** UTC instant of the last change. */
  readonly changedAt: string
  /** It may move, or not come at all. */
  readonly tentative: boolean
}

const escaped = (text: string): string =>
  text
    .replaceAll(/[\\;,]/g, String.raw`\$&`)
    .replaceAll(/\r\n?|\n/g, String.raw`\n`)
    .replaceAll(/\p{Cc}/gu, " ")

const longest = 75

/** A line of more than 75 octets goes on in the next one, behind a space; no character is cut in two. */
const folded = (line: string): string => {
  const lines: Array<string> = []
  let [part, octets] = ["", 0]
  for (const character of line) {
    const size = Buffer.byteLength(character)
    if (octets + size > longest) {
      lines.push(part)
      part = " "
      octets = 1
    }
    part += character
    octets += size
  }
  return [...lines, part].join("\r\n")
}

const dateOf = (day: string): string => day.replaceAll("-", "")
const dayAfter = (day: string): string => dateOf(new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10))
const instantOf = (instant: string): string => `${instant.slice(0, 19).replaceAll(/[-:]/g, "")}Z`

const event = ({ changedAt, description, on, summary, tentative, uid }: AllDay): ReadonlyArray<string> => [
  "BEGIN:VEVENT",
  `UID:${uid}`,
  `DTSTAMP:${instantOf(changedAt)}`,
  `LAST-MODIFIED:${instantOf(changedAt)}`,
  `DTSTART;VALUE=DATE:${dateOf(on)}`,
  `DTEND;VALUE=DATE:${dayAfter(on)}`,
  `SUMMARY:${escaped(summary)}`,
  `DESCRIPTION:${escaped(description)}`,
  `STATUS:${tentative ? "TENTATIVE" : "CONFIRMED"}`,
  "TRANSP:TRANSPARENT",
  "END:VEVENT"
]

export const write = (name: string, events: ReadonlyArray<AllDay>): string =>
  [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//paymirror//due dates//EN",
    "CALSCALE:GREGORIAN",
    `X-WR-CALNAME:${escaped(name)}`,
    "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ...events.flatMap(event),
    "END:VCALENDAR"
  ]
    .map((line) => `${folded(line)}\r\n`)
    .join("")
