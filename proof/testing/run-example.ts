import { PORTS } from '@aio/tools/process/ports';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Run } from '@aio/tools/system/client';
import type { System } from '@aio/tools/system/system';

const FOLDER = resolve(import.meta.dirname, '../../examples/workflows');
/** The digest waits for the release of this issue. */
const ISSUE = '2026-48';

const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8');

export interface Example {
  workflow: string;
  /** Definition. */
  yaml: string;
  inputs: unknown[];
}

/** The shipped examples, with inputs that name this simulator. */
export function readExamples(simulatorUrl: string): Example[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.input.json'));
  const byWorkflow = Map.groupBy(files, (file) => file.split('.')[0] as string);
  // The files name the simulator at its default port.
  const usual = `http://127.0.0.1:${PORTS.simulator}`;
  return [...byWorkflow].map(([workflow, files]) => ({
    workflow,
    yaml: read(`${workflow}.yaml`),
    inputs: files.map((file) => JSON.parse(read(file).replaceAll(usual, simulatorUrl)) as unknown),
  }));
}

/** Runs the example to its end: approves each approval and sends the event that the run waits for. */
export async function runExample(
  { api }: Pick<System, 'api'>,
  workflow: string,
  input: unknown,
): Promise<Run & { approved: number }> {
  const { id } = await api.submitRun(workflow, input);
  let approved = 0;
  const run = await api.waitForRun(id, async (event) => {
    if (event.type !== 'step.waiting') return;
    if (event.step === 'released') return release();
    const pending = (await api.listPendingApprovals()).filter(({ runId }) => runId === id);
    for (const approval of pending) await api.decide(approval.id, 'approved');
    approved += pending.length;
  });
  return { ...run, approved };

  async function release(): Promise<void> {
    await api.post('/events', { name: 'issue.released', key: ISSUE, payload: { by: 'ada' } });
  }
}
