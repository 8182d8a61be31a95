/** Minor units as a wire writes them: a decimal number with as many digits as the currency has. */
const digits: Readonly<Record<string, number>> = { JPY: 0, KRW: 0, ISK: 0, KWD: 3, BHD: 3 }

export const decimal = (minor: number, currency: string): string => {
  const places = digits[currency] ?? 2
  const text = String(Math.abs(minor)).padStart(places + 1, "0")
  const whole = text.slice(0, text.length - places)
  return `${minor < 0 ? "-" : ""}${whole}${places === 0 ? "" : `.${text.slice(-places)}`}`
}
