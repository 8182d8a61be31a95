/**
 * A line to one provider: what it is, where it is reached and how patiently, and how a call is sent. Everything that
 * speaks to a provider is given one; it holds no session and no grant.
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Fault from "./Fault.ts"
import * as Http from "./Http.ts"
import * as Options from "./Options.ts"
import * as Provider from "./Provider.ts"

export interface Line<P extends Provider.Source = Provider.Source> {
  readonly provider: P
  readonly settings: Options.Settings
  readonly fault: Fault.Fault
  readonly send: Http.Send
}

/** Throws at once for options that cannot work and for a provider that contradicts itself; sends nothing. */
export const make = <P extends Provider.Source>(
  provider: P,
  options: Options.Options
): {
  readonly host: string
  readonly fault: Fault.Fault
  readonly open: Effect.Effect<Line<P>, never, HttpClient.HttpClient>
} => {
  Provider.check(provider)
  const settings = Options.settings(provider.manifest, options)
  const fault = Fault.of(provider.manifest.id)
  return {
    host: settings.host,
    fault,
    open: Effect.map(HttpClient.HttpClient, (http) => ({
      provider,
      settings,
      fault,
      send: Http.make(http, settings, fault)
    }))
  }
}

/** The same line, to the provider as it is stated elsewhere. Throws where that one contradicts itself. */
export const toward = (provider: Provider.Source, line: Line): Line => {
  if (provider === line.provider) return line
  Provider.check(provider)
  return { ...line, provider }
}
