/**
 * Acme as a bank, in facts: where it listens, who holds the money, how a person approves, and its habits. What nobody has
 * published is left out, and the connector then takes the careful way. What a field may say stands beside `Institution`.
 */
import { type Institution, nextGenPsd2 } from "@paymirror/connector-psd2/banks"

export const institutions: ReadonlyArray<Institution> = [
  nextGenPsd2({
    id: "acme-de",
    name: "Acme",
    provider: "acme",
    market: "DE",
    legalEntity: "Acme",
    /** Reserved by RFC 2606: never a real server. Everything before `/v1/`. */
    baseUrl: "https://xs2a.acme.example",
    approval: "redirect",
    maturity: "illustrative",
    quirks: {
      // TODO: nobody has asked Acme for what is pending. It shows it: take this away.
      bookedOnly: true
    }
  })
]
