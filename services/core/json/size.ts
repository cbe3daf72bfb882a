/** Measures JSON without building it. */

/** Bytes of a string in JSON, with quotes and escapes. */
function stringBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

/**
 * Bytes of `JSON.stringify(value)` in UTF-8. Stops above `limit`, so that a value that repeats shared
 * parts takes no longer than any other.
 *
 * @returns the bytes, or Infinity above `limit`
 */
export function measureJsonBytes(value: unknown, limit = Infinity): number {
  const rest: unknown[] = [value];
  let bytes = 0;
  while (rest.length > 0) {
    if (bytes > limit) return Infinity;
    const current = rest.pop();
    if (Array.isArray(current)) {
      bytes += 2 + Math.max(0, current.length - 1);
      if (bytes > limit) return Infinity;
      for (const item of current) rest.push(item);
    } else if (typeof current === 'object' && current !== null) {
      bytes += 2;
      let members = 0;
      for (const [key, member] of Object.entries(current)) {
        if (member === undefined) continue;
        members++;
        bytes += stringBytes(key) + 1;
        rest.push(member);
      }
      bytes += Math.max(0, members - 1);
    } else {
      bytes += scalarBytes(current);
    }
  }
  return bytes > limit ? Infinity : bytes;
}

function scalarBytes(value: unknown): number {
  if (typeof value === 'string') return stringBytes(value);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value).length;
  if (value === false) return 5;
  return 4; // true, null, and values that JSON.stringify turns into null
}

/** A value, then its members and items, then theirs: level by level. Does not recurse. */
export function* levelsOf(value: unknown): Generator<readonly unknown[]> {
  for (let level = [value]; level.length > 0;) {
    yield level;
    level = level.filter(isContainer).flatMap((container) => Object.values(container) as unknown[]);
  }
}

/** Whether objects and arrays are nested more than `limit` levels deep. */
export function exceedsDepth(value: unknown, limit: number): boolean {
  let depth = 0;
  for (const level of levelsOf(value)) if (depth++ >= limit && level.some(isContainer)) return true;
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Whether a value has more than `limit` members and items, at all depths together. */
export function hasMoreValues(value: unknown, limit: number): boolean {
  const rest = [value];
  let values = 0;
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const members = Object.values(next);
    values += members.length;
    if (values > limit) return true;
    for (const member of members) rest.push(member ?? null);
  }
  return false;
}
