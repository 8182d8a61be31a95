/** A place in a list as an opaque text: the keys of its last row. It holds no personal data but ids. */
import { HttpApiError } from "effect/http-api"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

export type Place = ReadonlyArray<string | number>

export const defaultLimit = 100

const decode = Schema.decodeUnknownEffect(
  Schema.fromJsonString(Schema.Array(Schema.Union([Schema.String, Schema.Number])))
)

export const write = (place: Place): string => Buffer.from(JSON.stringify(place)).toString("base64url")

/** The place a cursor names; none where there is no cursor. */
export const read = (cursor: string | undefined): Effect.Effect<Place, HttpApiError.BadRequestProblem> =>
  cursor === undefined
    ? Effect.succeed([])
    : decode(Buffer.from(cursor, "base64url").toString()).pipe(
        Effect.mapError(
          () =>
            new HttpApiError.BadRequestProblem({
              detail: "The cursor was not given by this list. Begin again without one."
            })
        )
      )

/** A page of rows of which one more than `limit` was asked for, to see whether there is another. */
export const page = <Row, Item>(
  rows: ReadonlyArray<Row>,
  limit: number,
  placeOf: (row: Row) => Place,
  itemOf: (row: Row) => Item
): { readonly items: ReadonlyArray<Item>; readonly nextCursor?: string } => {
  const shown = rows.length > limit ? rows.slice(0, limit) : rows
  const last = rows.length > limit ? shown.at(-1) : undefined
  return { items: shown.map(itemOf), ...(last !== undefined && { nextCursor: write(placeOf(last)) }) }
}
