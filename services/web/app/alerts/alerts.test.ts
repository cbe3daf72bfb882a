import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert } from '../../shared/api.ts';
import { alertTitle, groupAlerts, type NamedAlerts } from './order.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { alertOf, type RunbookBlock, runbookBlocks } from './runbook-blocks.ts';

const USUAL = { severity: 'page', state: 'firing', silences: [], isInhibited: false };
const alert = (name: string, rest: Partial<Alert>) => ({ ...USUAL, name, ...rest }) as Alert;

test('a name is in the group of its most urgent alert, with all its active alerts', () => {
  const silence = { id: 's', createdBy: 'ada', comment: '', endsAt: '2026-11-25T12:00:00Z' };
  const groups = groupAlerts([
    alert('Fires', {}),
    alert('Watchdog', { severity: 'none' }),
    alert('Silenced', { silences: [silence] }),
    alert('Caused', { isInhibited: true }),
    alert('Pends', { state: 'pending' }),
    alert('Fires', { state: 'pending', severity: 'ticket' }),
    alert('Fires', { state: 'inactive' }),
    alert('Sleeps', { state: 'inactive' }),
    alert('Sleeps', { state: 'inactive', severity: 'ticket' }),
  ]);
  const names = Object.fromEntries(
    Object.entries(groups).map(([group, of]: [string, NamedAlerts[]]) => [
      group,
      of.map(({ name, alerts }) => `${name} ${alerts.length}`),
    ]),
  );
  assert.deepEqual(names, {
    firing: ['Fires 2'],
    pending: ['Pends 1'],
    quiet: ['Watchdog 1', 'Silenced 1', 'Caused 1'],
    inactive: ['Sleeps 2'],
  });
});

test('names of rules become titles', () => {
  assert.equal(alertTitle('NoApiUp'), 'No API up');
  assert.equal(alertTitle('LlmErrors'), 'LLM errors');
  assert.equal(alertTitle('RunSuccessBurn'), 'Run success: error budget burns');
});

const RUNBOOKS = resolve(import.meta.dirname, '../../../../observability/runbooks');
const KNOWN = ['heading', 'paragraph', 'text', 'list', 'list_item', 'code', 'table'];

function flat(blocks: readonly RunbookBlock[]): RunbookBlock[] {
  return blocks.flatMap((block) => [block, ...flat(block.children)]);
}

test('every block of every runbook is known', () => {
  for (const file of readdirSync(RUNBOOKS).filter((name) => name !== 'README.md'))
    for (const { token } of flat(runbookBlocks(readFileSync(join(RUNBOOKS, file), 'utf8'))))
      assert.ok(KNOWN.includes(token.type), `${file}: ${token.type}`);
});

test('links between runbooks lead to alerts', () => {
  assert.equal(alertOf('no-worker-up.md'), 'NoWorkerUp');
  assert.equal(alertOf('https://example.com/a.md'), null);
});
