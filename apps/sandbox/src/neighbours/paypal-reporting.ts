/**
 * PayPal's published reporting interface (Transaction Search, version 1.9), onto the same wallets as `paypal.ts`: a token for
 * the credentials of an app its holder made, transactions by windows of at most 31 days in pages of at most 500, and the
 * balances. What it lists is an index that is refreshed every hour, in which a row appears up to three hours late; it goes
 * three years back, and refuses a window of more than 10 000 rows. Written from `rest-api-specifications`, the integration
 * guide and the authentication page. Which date of a row a window goes by the documents do not say: both can be played.
 */
import { day, Feed, hour, iso } from "@paymirror/connector-testing/simulator"
import type { Answer, Clock, Route } from "@paymirror/connector-testing/simulator"
import { type Neighbour, neighbour, type Options } from "./Neighbour.ts"
import { accountId, currencies, type Currency, life, money, type PayPalActs, type Row } from "./paypal.ts"

type Dated = Row & { readonly updated_at?: string }

export interface ReportingActs extends PayPalActs {
  /** Transaction Search is ticked in the app, or no longer. */
  readonly permit: (person: string, permitted: boolean) => void
}

export interface ReportingOptions extends Options {
  /** The most rows of a window; 10 000 unless said. */
  readonly most?: number | undefined
  /** Which date of a row a window goes by; when it began unless said. */
  readonly by?: "initiated" | "updated" | undefined
}

const refused = (name: string, message: string, issue?: object) => ({
  name,
  message,
  debug_id: "f0e1d2c3b4a59",
  ...(issue !== undefined && { details: [issue] }),
  links: [{ href: "https://developer.paypal.com/docs/api/transaction-search/v1/#errors", rel: "information_link" }]
})

const invalid = (field: string, issue: string): Answer => ({
  status: 400,
  body: refused("INVALID_REQUEST", "Request is not well-formed, syntactically incorrect, or violates schema.", {
    field,
    location: "query",
    issue
  })
})

const refusals: Readonly<Record<number, readonly [name: string, message: string]>> = {
  401: [
    "AUTHENTICATION_FAILURE",
    "Authentication failed due to missing authorization header, or invalid authentication credentials."
  ],
  404: ["RESOURCE_NOT_FOUND", "The specified resource does not exist."],
  429: ["RATE_LIMIT_REACHED", "Too many requests. Blocked due to rate limiting."],
  503: ["SERVICE_UNAVAILABLE", "Service Unavailable."]
}

/** RFC 3339 with seconds and a zone, as the parameters demand it. */
const dateTime =
  /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$/

const instant = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name) ?? ""
  return dateTime.test(text) ? Date.parse(text) : undefined
}

const whole = (query: URLSearchParams, name: string, usual: number, most: number): number | undefined => {
  const asked = Number(query.get(name) ?? usual)
  return Number.isInteger(asked) && asked >= 1 && asked <= most ? asked : undefined
}

/** The account's own zone, in which its dates are told. */
const told = (at: string | undefined): string => iso(Date.parse(at ?? "") - 7 * hour).replace("Z", "-07:00")

const spell = (row: Dated, currency: Currency, fields: string, holder: string): object => {
  const all = fields === "all"
  const wanted = fields.split(",")
  const [givenName, ...surname] = (row.code === "T0000" ? (row.name ?? "") : holder).split(" ")
  return {
    transaction_info: {
      transaction_id: row.transaction,
      ...(row.reference !== undefined && {
        paypal_reference_id_type: row.reference[0],
        paypal_reference_id: row.reference[1]
      }),
      transaction_event_code: row.code,
      transaction_initiation_date: told(row.at),
      transaction_updated_date: told(row.updated_at),
      transaction_amount: money(row.amount, currency),
      ...(row.fee !== undefined && { fee_amount: money(-row.fee, currency) }),
      transaction_status: row.status,
      protection_eligibility: "02"
    },
    ...((all || wanted.includes("payer_info")) && {
      payer_info: {
        payer_status: "Y",
        payer_name: {
          given_name: givenName,
          surname: surname.join(" "),
          alternate_full_name: [givenName, ...surname].join(" ")
        },
        country_code: "US"
      }
    })
  }
}

/** How many hours a row is late: from none to almost three, the same every time. */
const late = ({ id }: Row): number => Number.parseInt(id.slice(0, 8), 16) % 3

/** What the index held when it was last refreshed. */
const indexOf = (clock: Clock, of: (person: string) => { readonly wallet: Readonly<Record<Currency, Feed<Row>>> }) => {
  const held = new Map<string, { readonly refreshed: number; readonly rows: ReadonlyArray<Dated> }>()
  return (person: string, currency: Currency): { readonly refreshed: number; readonly rows: ReadonlyArray<Dated> } => {
    const refreshed = Math.floor(clock.now / hour) * hour
    const key = `${person} ${currency}`
    const before = held.get(key)
    if (before?.refreshed === refreshed) return before
    const shown = of(person)
      .wallet[currency].created()
      .filter((row) => Date.parse(row.at) + late(row) * hour <= refreshed)
    const now = { refreshed, rows: shown.map((row) => ({ ...row })) }
    held.set(key, now)
    return now
  }
}

export interface Reporting extends Neighbour<ReportingActs> {
  /** What there is, whatever the index says of it yet. */
  readonly ledger: (person: string, currency: Currency) => ReadonlyArray<Readonly<Row>>
}

export const paypalReporting = (options: ReportingOptions = {}): Reporting => {
  const { by = "initiated", most = 10_000 } = options
  let ledger: Reporting["ledger"] = () => []
  // The credentials of an app neither rotate nor expire; a token of them lasts nine hours.
  const session = { rotation: "none", accessSeconds: 32_400, refreshDays: 36_500, ...options.session } as const
  const side = neighbour<ReportingActs>("paypal", { ...options, session }, (clock, random) => {
    const { acts, balance, of, ...lived } = life(clock, random)
    const index = indexOf(clock, of)
    ledger = (person, currency) => of(person).wallet[currency].created()
    const forbidden = new Set<string>()
    const notAuthorized: Answer = {
      status: 403,
      body: refused("NOT_AUTHORIZED", "Authorization failed due to insufficient permissions.")
    }
    let moved = 0

    const transactions: Route.Route["answer"] = ({ asked: { query }, fault, person }) => {
      if (forbidden.has(person)) return notAuthorized
      const [start, end] = [instant(query, "start_date"), instant(query, "end_date")]
      if (start === undefined) return invalid("start_date", "INVALID_PARAMETER_SYNTAX")
      if (end === undefined || end < start) return invalid("end_date", "INVALID_PARAMETER_SYNTAX")
      if (end - start > 31 * day) return invalid("end_date", "Date range is greater than 31 days")
      const size = whole(query, "page_size", 100, 500)
      if (size === undefined) return invalid("page_size", "INVALID_PARAMETER_VALUE")
      const page = whole(query, "page", 1, 2_147_483_647)
      if (page === undefined) return invalid("page", "INVALID_PARAMETER_VALUE")
      const wanted = query.get("transaction_currency")
      const { refreshed } = index(person, "USD")
      if (start > refreshed || start < clock.now - (3 * 365 + 1) * day) {
        return { status: 400, body: refused("INVALID_REQUEST", "Data for the given start date is not available.") }
      }
      const onlyMoving = query.get("balance_affecting_records_only") !== "N"
      const found = currencies
        .filter((currency) => wanted === null || wanted === currency)
        .flatMap((currency) => index(person, currency).rows.map((row) => ({ currency, row })))
        .filter(({ row }) => !(onlyMoving && row.code.startsWith("T13")))
        .map((each) => ({ ...each, at: Date.parse((by === "initiated" ? each.row.at : each.row.updated_at) ?? "") }))
        .filter(({ at }) => at >= start && at <= end)
        .toSorted((one, two) => one.at - two.at)
      if (found.length > most) {
        const message = "Result set size is greater than the maximum limit. Change the filter criteria and try again."
        return {
          status: 400,
          body: { ...refused("RESULTSET_TOO_LARGE", message), total_items: found.length, maximum_items: most }
        }
      }
      if (fault?.kind === "moving-rows" && page > 1) moved += 1
      const turned = moved % Math.max(1, found.length)
      const listed = fault?.kind === "empty-rows" ? [] : [...found.slice(turned), ...found.slice(0, turned)]
      const first = fault?.kind === "looped-pages" ? 0 : (page - 1) * size
      const repeated = fault?.kind === "shifting-pages" && first < listed.length ? fault.rows : 0
      const cut = listed.slice(Math.max(0, first - repeated), first + size)
      const holder = person === "alex" ? "Alex Marlowe-Finch" : "Robin Oakhurst"
      const ordered = fault?.kind === "shuffled-rows" ? cut.toReversed() : cut
      return {
        status: 200,
        body: {
          // The description wants at least one in the list, so where there is none there is no list.
          ...((listed.length > 0 || fault?.kind === "empty-rows") && {
            transaction_details: ordered.map(({ currency, row }) =>
              spell(row, currency, query.get("fields") ?? "transaction_info", holder)
            )
          }),
          account_number: accountId(person),
          start_date: iso(start),
          end_date: iso(Math.min(end, refreshed)),
          last_refreshed_datetime: iso(refreshed + moved * 1000),
          page,
          total_items: listed.length,
          total_pages: fault?.kind === "looped-pages" ? page + 1 : Math.ceil(listed.length / size),
          links: [
            { href: `https://api-m.paypal.com/v1/reporting/transactions?page=${page}`, rel: "self", method: "GET" }
          ]
        }
      }
    }

    const token: Route.Route["answer"] = ({ asked, sessions }) => {
      const [, credentials = ""] = /^Basic (\S+)$/.exec(asked.headers.get("authorization") ?? "") ?? []
      const [clientId = "", secret = ""] = Buffer.from(credentials, "base64").toString().split(":")
      if (new URLSearchParams(asked.body).get("grant_type") !== "client_credentials") {
        return { status: 400, body: { error: "unsupported_grant_type", error_description: "Grant Type is NULL" } }
      }
      const { event, grant, label } = sessions.refresh(secret, clientId)
      if (grant === undefined) {
        const body = { error: "invalid_client", error_description: "Client Authentication failed" }
        return { status: 401, body, session: label, event }
      }
      return {
        status: 200,
        body: {
          scope:
            "https://uri.paypal.com/services/reporting/search/read https://uri.paypal.com/services/reporting/balances/read",
          access_token: grant.accessToken,
          token_type: "Bearer",
          app_id: "APP-80W284485P519543T",
          expires_in: grant.expiresIn,
          nonce: iso(clock.now)
        },
        session: label,
        event
      }
    }

    return {
      ...lived,
      acts: {
        ...acts,
        permit: (person, permitted) => void (permitted ? forbidden.delete(person) : forbidden.add(person))
      },
      refusing: {
        statuses: { session_revoked: 401 },
        refusal: (error, status) => refused(...(refusals[status] ?? ([error, error] as const)))
      },
      routes: {
        "POST /v1/oauth2/token": { kind: "refresh", open: true, answer: token },
        "GET /v1/reporting/transactions": {
          kind: "feed",
          open: false,
          spelling: {
            at: "transaction_details",
            inside: "transaction_info",
            words: ["transaction_status"],
            needed: "transaction_amount"
          },
          feed: (person) =>
            new Feed(
              clock,
              currencies.flatMap((currency) => index(person, currency).rows)
            ),
          answer: transactions
        },
        "GET /v1/reporting/balances": {
          kind: "one",
          open: false,
          answer: ({ person }) =>
            forbidden.has(person)
              ? notAuthorized
              : {
                  status: 200,
                  body: {
                    account_id: accountId(person),
                    as_of_time: iso(clock.now),
                    last_refresh_time: iso(clock.now),
                    balances: currencies.map((currency) => {
                      const held = money(balance(person, currency), currency)
                      return { currency, primary: currency === "USD", total_balance: held, available_balance: held }
                    })
                  }
                }
        }
      }
    }
  })
  return { ...side, ledger }
}
