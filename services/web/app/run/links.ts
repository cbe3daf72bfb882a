import type { Run } from '../../shared/api.ts';

/** The address of a run's page, opened at a step or item. */
export function stepAddress(
  runId: string,
  { step, iteration }: { step: string; iteration: number | null },
): string {
  const item = iteration === null ? '' : `&item=${iteration}`;
  return `/runs/${runId}?step=${step}${item}`;
}

/** The curl command that starts the same run again, with the reader's own token. */
export function curlOf(run: Pick<Run, 'workflow' | 'input'>, origin: string): string {
  const body = JSON.stringify({ version: run.workflow.version, input: run.input });
  return [
    `curl -X POST '${origin}/api/v1/workflows/${run.workflow.name}/runs'`,
    `-H 'content-type: application/json'`,
    `-H "authorization: Bearer $AIO_TOKEN"`,
    `-d '${body.replaceAll("'", `'\\''`)}'`,
  ].join(' \\\n  ');
}
