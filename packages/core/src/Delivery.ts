/** Stream `deliveries`: one row per shipment, as the app shows it. */
import * as Schema from "effect/Schema"
import { CalendarDate } from "./CalendarDate.ts"

export const DeliveryStatus = Schema.Literals(["CREATED", "IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED", "EXCEPTION"])
export type DeliveryStatus = typeof DeliveryStatus.Type

export const Delivery = Schema.Struct({
  deliveryId: Schema.NonEmptyString,
  purchaseId: Schema.optionalKey(Schema.NonEmptyString),
  carrier: Schema.String,
  trackingNumber: Schema.optionalKey(Schema.String),
  status: DeliveryStatus,
  arrivalFrom: Schema.optionalKey(CalendarDate),
  arrivalTo: Schema.optionalKey(CalendarDate)
})
export type Delivery = typeof Delivery.Type
