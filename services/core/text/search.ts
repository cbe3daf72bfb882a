/** Searches a text in linear time. */

/** Index of the first match at or after `from`; -1 = none. */
export type Search = (text: string, from: number) => number;

/** Up to this length, `indexOf` is fast enough, although it takes the product of both lengths at worst. */
const SHORT = 64;

/** @param wanted at least one character */
export function createSearch(wanted: string): Search {
  if (wanted.length <= SHORT) return (text, from) => text.indexOf(wanted, from);
  const borders = bordersOf(wanted);
  return (text, from) => {
    let matched = 0;
    for (let at = from; at < text.length; at += 1) {
      matched = extend(wanted, borders, matched, text.charCodeAt(at));
      if (matched === wanted.length) return at + 1 - matched;
    }
    return -1;
  };
}

/** Knuth, Morris, Pratt: for each prefix, the length of its longest border. */
function bordersOf(wanted: string): Uint32Array {
  const borders = new Uint32Array(wanted.length + 1);
  for (let at = 1; at < wanted.length; at += 1)
    borders[at + 1] = extend(wanted, borders, borders[at]!, wanted.charCodeAt(at));
  return borders;
}

/** The matched length after one more UTF-16 unit. */
function extend(wanted: string, borders: Uint32Array, before: number, unit: number): number {
  let matched = before;
  while (matched > 0 && wanted.charCodeAt(matched) !== unit) matched = borders[matched]!;
  return wanted.charCodeAt(matched) === unit ? matched + 1 : matched;
}
