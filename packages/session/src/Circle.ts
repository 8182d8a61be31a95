/**
 * Whether a walk goes in a circle, of any length, without remembering the way: a landmark is set ever further apart, and
 * a walk that comes back to one too often is circling. A page that is served twice by chance is not.
 */

/** How often a walk may come back to where it was before it counts as going in a circle. */
const returnsAllowed = 3

/** Told of each mark on the way, says whether the walk circles. */
export const watch = (start: string | undefined): ((mark: string) => boolean) => {
  let landmark = { mark: start, reach: 1, steps: 0, returns: 0 }
  return (mark) => {
    const returns = landmark.returns + (mark === landmark.mark ? 1 : 0)
    const steps = landmark.steps + 1
    landmark =
      steps === landmark.reach ? { mark, reach: steps * 2, steps: 0, returns: 0 } : { ...landmark, steps, returns }
    return returns > returnsAllowed
  }
}
