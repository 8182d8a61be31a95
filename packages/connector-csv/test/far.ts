/** Files of three providers that exist nowhere as far sides of the conformance suite. */
import type { FarSide, Subject } from "@paymirror/connector-testing"
import { dayOf, type Download, farSide, secret } from "@paymirror/connector-testing/files"
import { manifest } from "../src/index.ts"
import { live } from "./Files.ts"

const bank: Download = {
  options: { market: "DE" },
  header: "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance",
  row: (day) => {
    const at = `${dayOf(day)} 10:00:00`
    return `CARD_PAYMENT,Current,${at},${at},Shop ${day},-10.00,0.00,EUR,COMPLETED,${500 - day * 10}.00`
  },
  bad: `CARD_PAYMENT,Current,2026-03-40 10:00:00,2026-03-40 10:00:00,${secret},-ten,0.00,EUR,COMPLETED,1.00`
}

const app: Download = {
  header: "Moment,Reference,Kind,Currency,Gross,Fee,Net,Asset,Outcome,Notes,Account",
  row: (day, nth) => {
    const kind = day % 2 === 0 ? "Card,USD,-$10,$0,-$10" : "Deposit,USD,$10,$0,$10"
    return `${dayOf(day)} 10:00:00 EST,id${day}x${nth},${kind},,DONE,Shop ${day},Own`
  },
  bad: `2026-03-40 10:00:00 EST,id99,Deposit,USD,$ten,$0,$ten,,DONE,${secret},Own`
}

const wallet: Download = {
  options: { market: "US", dateOrder: "mdy" },
  header: "Date,Time,TimeZone,Name,Type,Status,Currency,Amount,Fees,Total,Balance,Transaction ID",
  row: (day, nth) =>
    `03/${dayOf(day).slice(-2)}/2026,10:00:00,PST,Shop ${day},General Payment,Completed,USD,-10.00,0.00,-10.00,${500 - day * 10}.00,ID${day}X${nth}`,
  bad: `03/40/2026,10:00:00,PST,${secret},General Payment,Completed,USD,-ten,0.00,-ten,1.00,ID99`
}

const subjectOf = (download: Download): Subject<FarSide> => ({
  manifest,
  layer: live,
  far: farSide(download),
  secrets: [secret]
})

/** An app that states no running balance cannot have its sums held against anything. */
export const subjects = [
  { name: "csv, a bank without ids", subject: subjectOf(bank), atLeast: "gold" },
  { name: "csv, a wallet with ids", subject: subjectOf(wallet), atLeast: "gold" },
  { name: "csv, an app with a card", subject: subjectOf(app), atLeast: "silver" }
] as const
