import type { Run } from '../../shared/api.ts';

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
