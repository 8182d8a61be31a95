/** What is on its way to a person, and who they are. An arrival told as a moment is left out: its day is not ours to choose. */
import type { Delivery, Profile } from "@paymirror/core"
import {
  asDay,
  has,
  instant,
  type Mutable,
  type Note,
  type Translation,
  unreadable
} from "@paymirror/session/translation"
import type * as Api from "../Api.ts"

const statuses = {
  created: "CREATED",
  in_transit: "IN_TRANSIT",
  out_for_delivery: "OUT_FOR_DELIVERY",
  delivered: "DELIVERED",
  exception: "EXCEPTION"
} as const

export const delivery = (wire: Api.Delivery, note: Note): Translation => {
  const version = instant(wire.updated_at)
  if (version === undefined) return unreadable("updated_at")
  const row: Mutable<Delivery.Delivery> = { deliveryId: wire.id, carrier: wire.carrier, status: statuses[wire.status] }
  if (has(wire.purchase_id)) row.purchaseId = wire.purchase_id
  if (has(wire.tracking_number)) row.trackingNumber = wire.tracking_number
  if (has(wire.window_from)) {
    const arrivalFrom = asDay(wire.window_from)
    if (arrivalFrom === undefined) note("window_from")
    else row.arrivalFrom = arrivalFrom
  }
  if (has(wire.window_to)) {
    const arrivalTo = asDay(wire.window_to)
    if (arrivalTo === undefined) note("window_to")
    else row.arrivalTo = arrivalTo
  }
  return [{ _tag: "Upsert", stream: "deliveries", id: wire.id, row, version }]
}

export const profile = ({ profile: wire }: Api.Profile): Translation => {
  const row: Mutable<Profile.Profile> = { profileId: wire.id }
  if (has(wire.given_name)) row.givenName = wire.given_name
  if (has(wire.family_name)) row.familyName = wire.family_name
  if (has(wire.email)) row.email = wire.email
  if (has(wire.phone)) row.phoneNumber = wire.phone
  if (has(wire.membership?.tier)) row.memberTier = wire.membership.tier
  if (has(wire.membership?.since)) row.memberSince = wire.membership.since
  const event = { _tag: "Upsert", stream: "profile", id: wire.id, row } as const
  if (!has(wire.updated_at)) return [event]
  const version = instant(wire.updated_at)
  return version === undefined ? unreadable("profile.updated_at") : [{ ...event, version }]
}
