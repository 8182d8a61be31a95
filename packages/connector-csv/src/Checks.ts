/**
 * The invariants a file can be held against: each stated balance is the one before it plus the row, gross and fee make
 * net, ids are used once. A break names its line and changes nothing; the chain goes on from what the file states.
 */
import { Money, type ReadEvent } from "@paymirror/core"
import type { FileStream, Format } from "./Format.ts"
import type { Layout } from "./recognise.ts"
import type { Figures } from "./Outcome.ts"
import { add, event, type Tally, tally } from "./Tally.ts"

/** Reasons that are told apart. */
const reasons = 50

/** The chain of one product's balances, tried oldest first and newest first; a file is in the order that holds better. */
interface Chain {
  last: { readonly balance: number; readonly change: number; readonly line: number } | undefined
  readonly oldestFirst: Tally
  readonly newestFirst: Tally
}

export interface Checks {
  readonly row: (figures: Figures, line: number) => void
  /** A row that was not read: what follows it cannot be compared with what came before. */
  readonly gap: () => void
  readonly skipped: (why: string) => void
  readonly end: () => ReadonlyArray<ReadEvent.Check>
}

export const make = (format: Format, layout: Layout, stream: FileStream, currency: Money.Currency): Checks => {
  const { at } = layout
  const chains = new Map<string, Chain>()
  const sums = tally()
  const ids = tally()
  const skips = new Map<string, number>()
  const show = (amount: number): string => Money.formatAmount({ amount, currency })
  const chained = stream === "balance" && at.balance >= 0
  const summed = at.gross >= 0 && at.fee >= 0 && at.net >= 0

  const link = ({ product, balance, moved, change }: Figures, line: number): void => {
    if (balance === undefined) return
    let chain = chains.get(product)
    if (chain === undefined) {
      chain = { last: undefined, oldestFirst: tally(), newestFirst: tally() }
      chains.set(product, chain)
    }
    const { last, oldestFirst, newestFirst } = chain
    const effect = moved ? change : 0
    if (last !== undefined) {
      oldestFirst.rows += 1
      newestFirst.rows += 1
      if (last.balance + effect !== balance) {
        add(
          oldestFirst,
          line,
          () => show(last.balance + effect),
          () => show(balance)
        )
      }
      if (balance + last.change !== last.balance) {
        add(
          newestFirst,
          last.line,
          () => show(balance + last.change),
          () => show(last.balance)
        )
      }
    }
    chain.last = { balance, change: effect, line }
  }

  return {
    row: (figures, line) => {
      const { gross, fee, change, use } = figures
      if (chained) link(figures, line)
      if (summed && gross !== undefined && fee !== undefined) {
        sums.rows += 1
        const net = format.inverted === true ? -change : change
        if (gross + fee !== net)
          add(
            sums,
            line,
            () => show(gross + fee),
            () => show(net)
          )
      }
      ids.rows += 1
      if (use > 1)
        add(
          ids,
          line,
          () => "an id of its own",
          () => `use ${use} of the same id`
        )
    },
    gap: () => {
      for (const chain of chains.values()) chain.last = undefined
    },
    skipped: (why) => {
      const known = skips.has(why) || skips.size < reasons ? why : "other"
      skips.set(known, (skips.get(known) ?? 0) + 1)
    },
    end: () => {
      const balances = tally()
      for (const { oldestFirst, newestFirst } of chains.values()) {
        const better = newestFirst.broken < oldestFirst.broken ? newestFirst : oldestFirst
        balances.rows += better.rows
        balances.broken += better.broken
        balances.breaks.push(...better.breaks)
      }
      return [
        ...(chained ? [event(stream, "balance-chain", balances)] : []),
        ...(summed ? [event(stream, "gross+fee=net", sums)] : []),
        ...(format.identity.by === "fingerprint" ? [] : [event(stream, "unique-id", ids)]),
        ...Array.from(skips, ([why, rows]) => event(stream, `skipped: ${why}`, { rows, broken: 0, breaks: [] }))
      ]
    }
  }
}
