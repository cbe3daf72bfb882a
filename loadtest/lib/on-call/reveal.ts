import { runbookUrl } from '@aio/catalog/alert';
import type { AlertDrill } from '../alert-drill/drill.ts';
import { namesOf } from '../alert-drill/report.ts';
import type { DrillResult } from '../drill/drill.ts';
import { describeFigure } from '../drill/checks.ts';

interface Ending {
  seed: number;
  /** The drill's progress while the fault was secret. */
  secrets: readonly string[];
  /** null = the drill did not finish. */
  result: DrillResult | null;
}

/** Names the fault, the alerts that it causes, their times, and the misses. */
export function reveal(drill: AlertDrill, { seed, secrets, result }: Ending): string[] {
  const { name, what, fires, also = [] } = drill;
  const names = [...new Set(fires.map(({ alert }) => alert))];
  return [
    '',
    `It was ${name}: ${what}.`,
    ...secrets.map((secret) => `  progress   ${secret}`),
    `  fires      ${namesOf(fires)}${also.length > 0 ? `; may also fire: ${namesOf(also)}` : ''}`,
    ...names.map((alert) => `  runbook    ${runbookUrl({ name: alert })}`),
    ...(result?.figures ?? []).map((figure) => `  measured   ${describeFigure(figure)}`),
    ...(result?.notes ?? []).map((note) => `  measured   ${note}`),
    ...(result?.misses ?? []).map((miss) => `  missed     ${miss}`),
    `  again      npm run drill -- on-call --seed ${seed}`,
  ];
}
