/** A text in lines, broken between words; a word longer than the room stands alone. */
export const wrap = (text: string, room: number): ReadonlyArray<string> => {
  const [first = "", ...words] = text.split(" ")
  const lines = [first]
  for (const word of words) {
    const last = lines.at(-1) ?? ""
    if (last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
