import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runbookPath } from '@aio/catalog/alerts/alert';
import { PROJECT_ROOT } from '@aio/tools/system/own-servers';
import { ALERT_DRILLS } from '../alerts/all.ts';
import { draw, reveal } from './exercise.ts';

test('a seed draws one of the faults that need no procedure of their own', () => {
  const drawn = Array.from({ length: 300 }, (_, seed) => draw(ALERT_DRILLS, seed));
  assert.equal(draw(ALERT_DRILLS, 7), drawn[7]);
  assert.deepEqual(new Set(drawn), new Set(ALERT_DRILLS.filter(({ inject }) => inject)));
});

test('the end names the fault, its runbooks, and the seed that draws it again', () => {
  const drill = ALERT_DRILLS.find(({ name }) => name === 'one-worker-less')!;
  const lines = reveal(drill, { seed: 7, secrets: ['stops worker-2'], result: null });
  const runbook = runbookPath({ name: 'TargetDown' });
  assert.ok(existsSync(join(PROJECT_ROOT, runbook)), runbook);
  for (const line of [
    `It was one-worker-less: ${drill.what}.`,
    '  progress   stops worker-2',
    `  runbook    ${runbook}`,
    '  again      npm run drill -- on-call --seed 7',
  ])
    assert.ok(lines.includes(line), line);
});
