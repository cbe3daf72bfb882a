/** Folds the case of letters. */

const ASCII = /^\p{ASCII}*$/u;
/** Folded UTF-16 unit by UTF-16 unit, filled on demand; 0 = unknown. */
const FOLDED = new Uint16Array(0x1_00_00);
const UTF16 = new TextDecoder('utf-16le', { ignoreBOM: true });

/**
 * Folds case without changing positions: texts that differ only in case become equal. A letter whose upper case has
 * another length (ß) stays as it is, and İ becomes i. Half a surrogate pair becomes U+FFFD. Letters that take a pair
 * (𐐨) stay, too.
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

/** Folds one letter alone: in a word, the lower case of Σ depends on its neighbours. */
function foldUnit(unit: number): number {
  const letter = String.fromCharCode(unit);
  const upper = letter.toUpperCase();
  return (upper.length === 1 ? upper : letter).toLowerCase().charCodeAt(0);
}
