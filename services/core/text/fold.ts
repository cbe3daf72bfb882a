/** Upper and lower case do not count. */

const ASCII = /^\p{ASCII}*$/u;
/** UTF-16 units by UTF-16 unit, filled as they are met; 0 = not met yet. */
const FOLDED = new Uint16Array(0x1_00_00);
const UTF16 = new TextDecoder('utf-16le', { ignoreBOM: true });

/**
 * The text in a form that it shares with all texts that differ in the case of their letters alone. Parts stay
 * at their places: a letter whose upper case has another length (ß) counts as it is, and İ as i. Half a
 * surrogate pair becomes U+FFFD; letters that take a pair (𐐨) count as they are.
 */
export function foldCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  const units = new Uint16Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    units[at] = FOLDED[unit] ||= foldUnit(unit);
  }
  return UTF16.decode(units);
}

/** By itself: within a word, the lower case of Σ depends on its neighbours. */
function foldUnit(unit: number): number {
  const letter = String.fromCharCode(unit);
  const upper = letter.toUpperCase();
  return (upper.length === 1 ? upper : letter).toLowerCase().charCodeAt(0);
}
