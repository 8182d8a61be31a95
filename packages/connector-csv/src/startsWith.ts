/** Whether a piece of a file begins with these letters, of which each is one byte. */
export const startsWith = (piece: Uint8Array, text: string): boolean =>
  text.length <= piece.length && Array.from(text).every((letter, index) => piece[index] === letter.charCodeAt(0))
