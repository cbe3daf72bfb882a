import { createReport } from '@aio/compose/verify/report';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FOLDER } from '../testing/files.ts';
import { listTargets } from './render.ts';
import { verify } from './verify.ts';

test('the base and every overlay are verified', () => {
  assert.deepEqual(listTargets(FOLDER), ['base', 'overlays/production', 'overlays/try']);
});

test('without a kubectl, and without a build, it says so and fails nothing', async (t) => {
  const scratch = mkdtempSync(join(tmpdir(), 'aio-kubernetes-'));
  t.after(() => rmSync(scratch, { recursive: true }));
  const lines: string[] = [];
  const { signal } = new AbortController();
  const report = createReport((line) => lines.push(line), signal);
  const tools = { dataDir: scratch, env: { PATH: '' }, build: false, say: report.say, signal };
  await verify(report, { manifests: FOLDER, scratch, tools, images: '', nodes: true });
  assert.equal(report.summary(), '0 passed, 0 failed, 1 skipped');
  assert.match(lines.join('\n'), /skipped: there is no kubectl here, and nothing is built/);
});
