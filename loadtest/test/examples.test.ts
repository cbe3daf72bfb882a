import { PORTS } from '@aio/stack/ports';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { findLostRuns } from '../lib/oracles.ts';
import { findEarlyStarts } from '../lib/step-order.ts';
import { startTestSystem } from '../testing/test-system.ts';

const FOLDER = resolve(import.meta.dirname, '../../services/stack/examples');
const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8');

test('the shipped examples run to success with each of their inputs', async (t) => {
  const { api, apiUrl, fetch, db, simulator } = await startTestSystem(t, { workers: 2 });
  const inputs = readdirSync(FOLDER).filter((file) => file.endsWith('.input.json'));
  const names = new Set(inputs.map((file) => file.split('.')[0] as string));
  assert.deepEqual([...names].sort(), [
    'answer-with-judge',
    'publish-digest',
    'summarize-document',
    'triage-incident',
  ]);
  for (const name of names) await api.createWorkflow(read(`${name}.yaml`));

  let approved = 0;
  const runs = await Promise.all(
    inputs.map(async (file) => {
      // The inputs name the simulator at its usual port.
      const usual = `http://127.0.0.1:${PORTS.simulator}`;
      const input: unknown = JSON.parse(read(file).replaceAll(usual, simulator.url));
      const { id } = await api.submitRun(file.split('.')[0] as string, input);
      return api.waitForRun(id, async (event) => {
        if (event.type !== 'step.waiting') return;
        if (event.step === 'released') return release('2026-48');
        // Not `+= await`: that reads the sum before it waits, and another run's is lost.
        const here = await approveAll(id);
        approved += here;
      });
    }),
  );

  async function release(issue: string): Promise<void> {
    const response = await fetch(`${apiUrl}/api/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'issue.released', key: issue, payload: { by: 'ada' } }),
    });
    assert.equal(response.status, 202);
  }

  async function approveAll(runId: string): Promise<number> {
    const pending = (await api.listPendingApprovals()).filter((one) => one.runId === runId);
    for (const { id } of pending) await api.decide(id, 'approved');
    return pending.length;
  }

  for (const { workflow, status, error, output } of runs) {
    assert.equal(status, 'succeeded', `${workflow.name}: ${JSON.stringify(error)}`);
    assert.ok(output !== null && typeof output === 'object', `${workflow.name} has an output`);
  }
  assert.ok(approved >= 1, 'somebody was asked');
  const ids = runs.map((run) => run.id);
  assert.deepEqual(await findLostRuns(db, ids), []);
  assert.deepEqual(await findEarlyStarts(db, ids), []);
});
