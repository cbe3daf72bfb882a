/** Something measured, beside what it may be. Without a limit it is there to be read. */
export interface Figure {
  name: string;
  /** NaN = it could not be measured, which no limit allows. */
  value: number;
  /** Behind the number, e.g. `ms`; empty = it counts something. */
  unit: string;
  limit?: { most: number } | { least: number };
}

/** A few figures that belong together, e.g. one variant of a load. */
export interface FigureGroup {
  title: string;
  figures: readonly Figure[];
  /** Lines that are no figures, e.g. a course over time. */
  notes?: readonly string[];
}

export function isMet({ value, limit }: Figure): boolean {
  if (limit === undefined) return true;
  return 'most' in limit ? value <= limit.most : value >= limit.least;
}

/** Lines for people: name, value, limit, and whether it was met. */
export function describeGroups(groups: readonly FigureGroup[]): string[] {
  const width = Math.max(
    ...groups.flatMap(({ figures }) => figures.map(({ name }) => name.length)),
  );
  return groups.flatMap(({ title, figures, notes = [] }) => [
    '',
    title,
    ...figures.map((figure) => describe(figure, width)),
    ...notes.map((note) => `  ${note}`),
  ]);
}

function describe(figure: Figure, width: number): string {
  const value = format(figure.value, figure.unit).padStart(12);
  if (figure.limit === undefined) return `  ${figure.name.padEnd(width)} ${value}`;
  const [word, bound] =
    'most' in figure.limit ? ['at most', figure.limit.most] : ['at least', figure.limit.least];
  const verdict = isMet(figure) ? 'ok' : 'MISSED';
  return `  ${figure.name.padEnd(width)} ${value}  ${word} ${format(bound, figure.unit)}: ${verdict}`;
}

function format(value: number, unit: string): string {
  const digits = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : 2;
  const number = value.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return unit === '' ? number : `${number} ${unit}`;
}
