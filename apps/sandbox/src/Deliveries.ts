/**
 * One person's parcels, which move by themselves: on the way the next day, out for delivery and delivered on the third,
 * or two days later for one that meets an obstacle.
 */
import { Feed, addDays, atHour } from "@paymirror/connector-testing/simulator"
import type { Scene } from "./Scene.ts"
import type { DeliveryRow } from "./Wire.ts"

export interface Shipment {
  readonly carrier: string
  /** Whether it is held up on the second day. */
  readonly exception?: boolean | undefined
}

export class Deliveries {
  readonly feed: Feed<DeliveryRow>
  readonly #scene: Scene

  constructor(scene: Scene) {
    this.#scene = scene
    this.feed = new Feed(scene.clock)
  }

  ship(shipment: Shipment, purchaseId: string): DeliveryRow {
    const { clock, random } = this.#scene
    const arrives = addDays(clock.today, shipment.exception === true ? 5 : 3)
    const row: DeliveryRow = {
      id: random.id("d_"),
      purchase_id: purchaseId,
      carrier: shipment.carrier,
      tracking_number: random.id("SBX", 10).toUpperCase(),
      status: "created",
      window_from: addDays(clock.today, 3),
      window_to: addDays(clock.today, 4),
      updated_at: ""
    }
    this.feed.put(row)
    this.#later(row, atHour(addDays(clock.today, 1), 8), "in_transit")
    if (shipment.exception === true) {
      this.#later(row, atHour(addDays(clock.today, 2), 10), "exception")
      this.#later(row, atHour(addDays(clock.today, 4), 8), "in_transit")
    }
    this.#later(row, atHour(arrives, 7), "out_for_delivery", () => {
      row.window_from = arrives
      row.window_to = arrives
    })
    this.#later(row, atHour(arrives, 15), "delivered")
    return row
  }

  #later(row: DeliveryRow, at: number, status: DeliveryRow["status"], also: () => void = () => undefined): void {
    this.#scene.agenda.note(at, () => {
      row.status = status
      also()
      this.feed.put(row)
    })
  }
}
