/** Reports in XML and text, written here from the elements of ISO 20022 and the tags of SWIFT: read, or set aside whole. */
import { assert, describe, it } from "@effect/vitest"
import * as camt from "../src/translate/camt.ts"
import * as mt940 from "../src/translate/mt940.ts"

const entry = (inside: string, amount = "12.34", direction = "DBIT", status = "<Sts>BOOK</Sts>") =>
  `<Ntry><NtryRef>7</NtryRef><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>${direction}</CdtDbtInd>${status}` +
  `<BookgDt><Dt>2026-05-04</Dt></BookgDt><ValDt><Dt>2026-05-05</Dt></ValDt><AcctSvcrRef>2026-A-1</AcctSvcrRef>${inside}</Ntry>`

const parties =
  "<RltdPties><Dbtr><Nm>Paula Beispiel</Nm></Dbtr><DbtrAcct><Id><IBAN>DE02100100109307118603</IBAN></Id></DbtrAcct>" +
  "<Cdtr><Nm>M&#252;ller &amp; S&#246;hne</Nm></Cdtr><CdtrAcct><Id><Othr><Id>123-4</Id></Othr></Id></CdtrAcct></RltdPties>"

const details = (inside: string) => `<NtryDtls><TxDtls>${inside}</TxDtls></NtryDtls>`

const report = (inside: string, message = "BkToCstmrAcctRpt", kind = "Rpt") =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.052.001.02">` +
  `<${message}><GrpHdr><MsgId>1</MsgId></GrpHdr><${kind}><Id>1</Id>${inside}</${kind}></${message}></Document>`

describe("a camt report", () => {
  it("reads an entry with its direction, its days, its ids and the other side's name", () => {
    const { entries, skipped, unreadable } = camt.page(
      report(entry(details(`${parties}<RmtInf><Ustrd>Rechnung 4711</Ustrd><Ustrd>Danke</Ustrd></RmtInf>`)))
    )
    const [{ wire: _, ...read } = assert.fail("no entry")] = entries
    assert.deepStrictEqual(read, {
      status: "booked",
      transactionId: "2026-A-1",
      entryReference: "7",
      amount: { amount: "12.34", currency: "EUR" },
      indicator: "debit",
      creditor: { name: "Müller & Söhne", account: "123-4" },
      bookingDate: "2026-05-04",
      valueDate: "2026-05-05",
      texts: ["Rechnung 4711", "Danke"],
      code: undefined,
      foreign: undefined
    })
    assert.deepStrictEqual([unreadable.length, skipped.size], [0, 0])
  })

  it("reads the later versions, where names and statuses stand one element deeper", () => {
    const later = parties.replaceAll(/<(Dbtr|Cdtr)>(.*?)<\/\1>/g, "<$1><Pty>$2</Pty></$1>")
    const code = "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
    const { entries } = camt.page(
      report(
        entry(details(later) + code, "5", "CRDT", "<Sts><Cd>PDNG</Cd></Sts>").replace(
          "<Dt>2026-05-04</Dt>",
          "<DtTm>2026-05-04T09:30:00+02:00</DtTm>"
        )
      )
    )
    const [read] = entries
    assert.strictEqual(read?.status, "pending")
    assert.strictEqual(read?.debtor?.name, "Paula Beispiel")
    assert.strictEqual(read?.creditor, undefined)
    assert.strictEqual(read?.code, "PMNT-RCDT-ESCT")
    assert.strictEqual(read?.happenedAt, "2026-05-04T09:30:00+02:00")
    assert.strictEqual(read?.bookingDate, "2026-05-04T09:30:00+02:00")
  })

  it("takes the direction of a reversal as it is written, and the other side of the payment that came back", () => {
    const { entries } = camt.page(report(entry(`<RvslInd>true</RvslInd>${details(parties)}`, "12.34", "CRDT")))
    assert.strictEqual(entries[0]?.indicator, "credit")
    assert.strictEqual(entries[0]?.debtor?.name, "Müller & Söhne")
  })

  it("keeps a batch one entry, with every text and no single other side", () => {
    const one = (text: string) => `<TxDtls>${parties}<RmtInf><Ustrd>${text}</Ustrd></RmtInf></TxDtls>`
    const { entries } = camt.page(report(entry(`<NtryDtls><Btch/>${one("a")}${one("b")}</NtryDtls>`, "30.00")))
    assert.strictEqual(entries.length, 1)
    assert.deepStrictEqual(entries[0]?.texts, ["a", "b"])
    assert.strictEqual(entries[0]?.creditor, undefined)
  })

  it("sets aside a row without direction or amount or of a status nobody knows, counts one that only informs, and reads the rest", () => {
    const { entries, skipped, unreadable } = camt.page(
      report(
        entry("") +
          entry("").replace("<CdtDbtInd>DBIT</CdtDbtInd>", "") +
          entry("").replace(/<Amt.*?<\/Amt>/, "") +
          entry("", "1", "CRDT", "<Sts>INFO</Sts>") +
          entry("", "1", "CRDT", "<Sts>TRNS</Sts>")
      )
    )
    assert.strictEqual(entries.length, 1)
    assert.deepStrictEqual(
      unreadable.map(({ id, reason }) => [id, reason]),
      [
        ["2026-A-1", "CdtDbtInd cannot be read"],
        ["2026-A-1", "Amt cannot be read"],
        ["2026-A-1", "Sts cannot be read"]
      ]
    )
    assert.deepStrictEqual([...skipped], [["INFO", 1]])
  })

  it("takes no word for one it knows because every object has it, and is not held up by a long one", () => {
    const began = performance.now()
    const long = "T".repeat(200_000)
    const { entries, unreadable } = camt.page(
      report(
        ["constructor", "__proto__", "toString"].map((word) => entry("", "1.00", word)).join("") +
          entry("").replace("<Dt>2026-05-04</Dt>", `<DtTm>${long}</DtTm>`)
      )
    )
    assert.deepStrictEqual(
      unreadable.map(({ reason }) => reason),
      Array.from({ length: 3 }, () => "CdtDbtInd cannot be read")
    )
    assert.isUndefined(entries[0]?.happenedAt)
    assert.isBelow(performance.now() - began, 2000)
  })

  it("counts what the standard does not name in an entry, and nothing it does", () => {
    const { entries, unknownFields } = camt.page(
      report(entry("<NtryDtls><TxDtls><Own>1</Own></TxDtls></NtryDtls><AddtlNtryInf>x</AddtlNtryInf><Mood>glad</Mood>"))
    )
    assert.strictEqual(entries.length, 1)
    assert.deepStrictEqual([...unknownFields], [["Ntry.Mood", 1]])
  })

  it("reads several reports of one message, statements and notifications alike", () => {
    const message = report(`${entry("")}</Stmt><Stmt>${entry("")}${entry("")}`, "BkToCstmrStmt", "Stmt")
    assert.strictEqual(camt.page(message, { pending: true }).entries.length, 3)
    assert.isFalse(camt.page(message, { pending: true }).statesPending)
    assert.strictEqual(camt.page(report(entry(""), "BkToCstmrDbtCdtNtfctn", "Ntfctn")).entries.length, 1)
    assert.isTrue(camt.page(report(entry("")), { pending: true }).statesPending)
  })

  it("sets aside whole, and uses no row of, an answer that is cut off or brings entities of its own", () => {
    const whole = report(entry("") + entry(""))
    for (const broken of [
      whole.slice(0, whole.indexOf("</Ntry>") + 7),
      whole.replace("?>", '?><!DOCTYPE a [<!ENTITY b "c">]>')
    ]) {
      const { entries, unreadable } = camt.page(broken)
      assert.deepStrictEqual([entries.length, unreadable.length], [0, 1])
      assert.strictEqual(unreadable[0]?.wire, broken)
    }
  })

  it("reads the balances in the Berlin Group's spelling, and whether a credit line is in them", () => {
    const balance = (type: string, direction: string, line = "") =>
      `<Bal><Tp><CdOrPrtry><Cd>${type}</Cd></CdOrPrtry></Tp>${line}<Amt Ccy="EUR">100.00</Amt><CdtDbtInd>${direction}</CdtDbtInd><Dt><Dt>2026-05-04</Dt></Dt></Bal>`
    assert.deepStrictEqual(
      camt.balances(
        report(balance("CLBD", "DBIT") + balance("ITAV", "CRDT", "<CdtLine><Incl>true</Incl></CdtLine>") + entry(""))
      ),
      [
        {
          amount: "100.00",
          currency: "EUR",
          type: "closingBooked",
          indicator: "debit",
          creditLimitIncluded: false,
          at: "2026-05-04"
        },
        {
          amount: "100.00",
          currency: "EUR",
          type: "interimAvailable",
          indicator: "credit",
          creditLimitIncluded: true,
          at: "2026-05-04"
        }
      ]
    )
  })
})

describe("MT94x text", () => {
  const text = [
    ":20:STARTUMS",
    ":25:10020030/1234567",
    ":28C:0",
    ":60F:C260501EUR100,00",
    ":61:2605040504D12,34N005NONREF",
    ":86:005?00LASTSCHRIFT",
    ":62F:C260504EUR87,66",
    "-"
  ].join("\r\n")

  it("is recognised, with or without its envelope, and set aside whole", () => {
    for (const message of [text, `{1:F01BANKDEFF0000000000}{2:O940}{4:\r\n${text}}`]) {
      assert.isTrue(mt940.is(message))
      const { entries, unreadable } = mt940.page(message)
      assert.strictEqual(entries.length, 0)
      assert.strictEqual(unreadable[0]?.wire, message)
      assert.include(unreadable[0]?.reason, "MT940")
    }
    assert.isFalse(mt940.is('{"transactions":{}}'))
    assert.isFalse(mt940.is("<Document/>"))
  })

  it("says which of the two it is", () => {
    assert.include(mt940.page(text.replace(":60F:C260501EUR100,00", ":34F:EUR0,")).unreadable[0]?.reason, "MT942")
  })
})
