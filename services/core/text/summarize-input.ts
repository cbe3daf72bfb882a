/** A summary of a run's input for lists, where a run has no title. */

const MOST_CHARACTERS = 120;
/** Longer values are cut, so that others have room. */
const VALUE_CHARACTERS = 60;
const SHORT_CHARACTERS = 32;

/** A name and its value, or the first value of its list. */
const FIELD =
  /"((?:[^"\\]|\\.){1,64})"\s*:\s*\[?\s*(?:"((?:[^"\\]|\\.)*)|(-?\d[\d.eE+-]*|true|false)(?=[\s,}\]]))/g;
const VALUE = /^\s*\[?\s*(?:"((?:[^"\\]|\\.)*)|(-?\d[\d.eE+-]*|true|false))/;
const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\//i;

interface Field {
  name: string | null;
  value: string;
  isText: boolean;
}

/**
 * Its values: short ones first, then the beginnings of long texts, addresses last.
 * @param json JSON text, which may end anywhere and lack a part in the middle
 * @returns null = it has no value
 */
export function summarizeInput(json: string): string | null {
  const fields = fieldsOf(json);
  const ranked = fields.map((field) => ({ field, rank: rankOf(field) })).filter(isShown);
  const chosen = ranked.toSorted((a, b) => a.rank - b.rank).map(({ field }) => field);
  let summary = '';
  for (const field of chosen) {
    const next =
      summary === '' ? describe(field, chosen.length) : `${summary} · ${describe(field, 2)}`;
    if (summary !== '' && next.length > MOST_CHARACTERS) break;
    summary = next;
  }
  return summary === '' ? null : summary;
}

function fieldsOf(json: string): Field[] {
  const whole = VALUE.exec(json);
  if (whole) return [toField(null, whole[1], whole[2])];
  return [...json.matchAll(FIELD)].map(([, name, text, scalar]) => toField(name!, text, scalar));
}

function toField(name: string | null, text: string | undefined, scalar: string | undefined): Field {
  if (text === undefined) return { name, value: scalar!, isText: false };
  const value = unescape(text)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return { name, value, isText: true };
}

function unescape(text: string): string {
  return text.replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, hex?: string, one?: string) =>
    hex === undefined
      ? one === 'n' || one === 't' || one === 'r'
        ? ' '
        : one!
      : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** null = not worth showing. */
function rankOf({ value, isText }: Field): number | null {
  if (value === '') return null;
  if (ADDRESS.test(value)) return 3;
  if (value.length > SHORT_CHARACTERS) return 2;
  return isText ? 0 : 1;
}

function isShown<Ranked extends { rank: number | null }>(
  ranked: Ranked,
): ranked is Ranked & { rank: number } {
  return ranked.rank !== null;
}

/** Numbers need their name. The only text of an input does not. */
function describe({ name, value, isText }: Field, count: number): string {
  const most = count === 1 ? MOST_CHARACTERS : VALUE_CHARACTERS;
  const short = cutAtWord(value, most);
  return name === null || (isText && count === 1) ? short : `${name}: ${short}`;
}

function cutAtWord(text: string, most: number): string {
  if (text.length <= most) return text.toWellFormed();
  const start = text.slice(0, most);
  const end = start.lastIndexOf(' ');
  return `${(end > most / 2 ? start.slice(0, end) : start).toWellFormed()}…`;
}
