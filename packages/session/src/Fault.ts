/**
 * The ways a call may end badly, each said once and under the name of its connector. None holds a token, a row or an
 * address: a path of the provider, a status and the name of a field are the most that is told.
 */
import { ConnectorError } from "@paymirror/core"

export const of = (connector: string) => {
  const because = (reason: ConnectorError.Reason): ConnectorError.ConnectorError =>
    new ConnectorError.ConnectorError({ connector, reason })
  return {
    because,
    consentRequired: (detail: string) => because(new ConnectorError.ConsentRequired({ detail })),
    unexpected: (detail: string) => because(new ConnectorError.UnexpectedResponse({ detail })),
    unavailable: (detail: string, answerLost: boolean) =>
      because(new ConnectorError.ProviderUnavailable({ detail, answerLost }))
  }
}
export type Fault = ReturnType<typeof of>
