/** Half a surrogate pair, and an escape of URLs, JSON or HTML, that later text may complete. */
const OPEN_END =
  /[\ud800-\udbff\ufffd]?(?:(?:%[\da-f]{0,2}){1,4}|\\(?:u[\da-f]{0,3})?|&[#\w]{0,8})?$/i;
const LONGEST_OPEN_END = 13;

/**
 * The place in a text, with folded case, from which it could be the beginning of a wanted text: the first if there are
 * several. The text's length = none.
 */
export function couldBegin(folded: string, wanted: readonly { readonly text: string }[]): number {
  const open = OPEN_END.exec(folded.slice(-LONGEST_OPEN_END))?.[0].length ?? 0;
  const closed = open === 0 ? folded : folded.slice(0, -open);
  let most = open;
  for (const { text } of wanted) {
    most = Math.max(most, lengthBegun(folded, text));
    if (open > 0) most = Math.max(most, open + lengthBegun(closed, text));
  }
  return folded.length - most;
}

/** Length of the longest real prefix of `wanted` with which the text ends. */
function lengthBegun(text: string, wanted: string): number {
  const last = text.charCodeAt(text.length - 1);
  for (let length = Math.min(wanted.length - 1, text.length); length > 0; length -= 1)
    if (wanted.charCodeAt(length - 1) === last && text.endsWith(wanted.slice(0, length)))
      return length;
  return 0;
}
