import type { Score } from './contest.ts';

/** What the figures depend on, by its name. */
export type Settings = Readonly<Record<string, string | number>>;

/** A table of medians, each beside its ratio to the contender that came last in the list. */
export function describeScores(scores: readonly Score[], settings: Settings): string[] {
  const shapes = [...new Set(scores.map((score) => score.shape))];
  const contenders = [...new Set(scores.map((score) => score.contender))];
  const [reference] = contenders.slice(-1);
  const rows = shapes.map((shape) => {
    const medians = contenders.map(
      (contender) => find(scores, shape, contender)?.median ?? Number.NaN,
    );
    const against = find(scores, shape, reference)?.median ?? Number.NaN;
    const ratios = medians.slice(0, -1).map((rate) => (rate / against).toFixed(2));
    return [shape, ...medians.map((rate) => String(Math.round(rate))), ...ratios];
  });
  const ratioHeads = contenders.slice(0, -1).map((contender) => `${contender} : ${reference}`);
  return [
    'Steps per second, median of the rounds',
    ...layOut([['', ...contenders, ...ratioHeads], ...rows]),
    ...Object.entries(settings).map(([name, value]) => `${name}: ${value}`),
  ];
}

function find(scores: readonly Score[], shape: string, contender: string | undefined) {
  return scores.find((score) => score.shape === shape && score.contender === contender);
}

function layOut(table: readonly (readonly string[])[]): string[] {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => (row[column] ?? '').length)),
  );
  return table.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
