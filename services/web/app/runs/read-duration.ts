const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  秒: 1000,
  m: 60_000,
  min: 60_000,
  分: 60_000,
  h: 3_600_000,
  時間: 3_600_000,
  d: 86_400_000,
  日: 86_400_000,
};
const PART = /(\d+(?:\.\d+)?)\s*(ms|s|秒|min|m|分|h|時間|d|日)\s*/giy;

/** Parses a duration such as `90` (seconds), `1.5 h` or `3 m 20 s` to ms; null = not a duration. */
export function readDuration(text: string): number | null {
  const written = text.trim();
  const seconds = Number(written);
  if (seconds > 0) return Math.round(seconds * 1000);
  const parts = [...written.matchAll(PART)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== written) return null;
  const ms = parts.reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * UNIT_MS[unit.toLowerCase()]!,
    0,
  );
  return ms > 0 ? Math.round(ms) : null;
}
