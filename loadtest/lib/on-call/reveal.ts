import { runbookUrl } from '@aio/catalog/alert';
import type { AlertDrill } from '../alert-drill/drill.ts';
import { namesOf } from '../alert-drill/report.ts';
import type { DrillResult } from '../drill/drill.ts';
import { describeFigure } from '../drill/figure.ts';

interface Told {
  seed: number;
  /** What the drill told of itself while nobody was to know. */
  secrets: readonly string[];
  /** null = it did not come to its end. */
  result: DrillResult | null;
}

/** What it was, when what fired, and what the fault does not explain. */
export function reveal(drill: AlertDrill, { seed, secrets, result }: Told): string[] {
  const { name, what, fires, also = [] } = drill;
  const names = [...new Set(fires.map(({ alert }) => alert))];
  return [
    '',
    `It was ${name}: ${what}.`,
    ...secrets.map((secret) => `  meanwhile  ${secret}`),
    `  fires      ${namesOf(fires)}${also.length > 0 ? `; may as well: ${namesOf(also)}` : ''}`,
    ...names.map((alert) => `  runbook    ${runbookUrl({ name: alert })}`),
    ...(result?.figures ?? []).map((figure) => `  measured   ${describeFigure(figure)}`),
    ...(result?.notes ?? []).map((note) => `  measured   ${note}`),
    ...(result?.misses ?? []).map((miss) => `  besides    ${miss}`),
    `  again      npm run drill -- on-call --seed ${seed}`,
  ];
}
