/** Searches whose time is the length of the text, whatever is searched for in it. */

/** Where a text holds what is wanted, at or after a place; -1 = nowhere. */
export type Search = (text: string, from: number) => number;

/** `indexOf` takes up to the product of both lengths, which is little up to here. */
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

/** After Knuth, Morris and Pratt: how much of each beginning is also its end. */
function bordersOf(wanted: string): Uint32Array {
  const borders = new Uint32Array(wanted.length + 1);
  for (let at = 1; at < wanted.length; at += 1)
    borders[at + 1] = extend(wanted, borders, borders[at]!, wanted.charCodeAt(at));
  return borders;
}

/** How much of what is wanted is matched after one more unit. */
function extend(wanted: string, borders: Uint32Array, before: number, unit: number): number {
  let matched = before;
  while (matched > 0 && wanted.charCodeAt(matched) !== unit) matched = borders[matched]!;
  return wanted.charCodeAt(matched) === unit ? matched + 1 : matched;
}
