import { createReport } from '@aio/compose/verify/report';
import { makeTestFolder } from '@aio/stack/testing/folder';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FOLDER } from '../testing/files.ts';
import { listTargets } from './manifest.ts';
import { verify } from './verify.ts';

test('verify renders the base and every overlay', () => {
  assert.deepEqual(listTargets(FOLDER), ['base', 'overlays/production', 'overlays/try']);
});

test('without kubectl and with --no-build, verify skips every step', async (t) => {
  const scratch = makeTestFolder(t, 'kubernetes');
  const lines: string[] = [];
  const { signal } = new AbortController();
  const report = createReport((line) => lines.push(line), signal);
  const tools = { dataDir: scratch, env: { PATH: '' }, build: false, say: report.say, signal };
  await verify(report, { manifests: FOLDER, scratch, tools, images: '', nodes: true });
  assert.equal(report.summary(), '0 passed, 0 failed, 1 skipped');
  assert.match(lines.join('\n'), /skipped: kubectl is missing, and --no-build forbids building it/);
});
