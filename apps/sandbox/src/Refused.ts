/** A command that the provider's rules do not allow in the present state. The world is as it was before. */
export class Refused extends Error {
  override readonly name = "Refused"
}
