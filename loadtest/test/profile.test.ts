import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { makeTestFolder } from '@aio/stack/testing/folder';
import { startTestSystem } from '../testing/test-system.ts';

const COMMAND = resolve(import.meta.dirname, '../../observe/commands/profile.ts');
const TOKEN = 'the-token-of-the-profile-test';
/** Each step keeps the worker busy by comparing every number with every other one. */
const NUMBERS = Array.from({ length: 60 }, (_, index) => index);
const STEPS = 40;
const AT_ONCE = 4;
const COSTLY = '${{ input.numbers.map(a, input.numbers.filter(b, b < a).size()) }}';

interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string } }[];
  samples: number[];
}

test('a profile of a worker under load shows what it is busy with', async (t) => {
  const { api, workers } = await startTestSystem(t, {
    workers: 1,
    env: { PROFILING_TOKEN: TOKEN },
  });
  const out = makeTestFolder(t, 'profile');
  const steps = Object.fromEntries(
    Array.from({ length: STEPS }, (_, index) => [
      `s${index}`,
      { type: 'transform', with: { value: COSTLY } },
    ]),
  );
  await api.createWorkflow({ name: 'busy', steps } as never);

  /** @returns content of the written file */
  async function profile(...options: string[]): Promise<string> {
    const url = workers[0]!.metricsUrl;
    const args = [COMMAND, 'worker-1', '--url', url, '--out', out, '--seconds', '2', ...options];
    const env = { ...process.env, PROFILING_TOKEN: TOKEN };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    return readFileSync(stdout.trim(), 'utf8');
  }
  const submit = () => api.submitRun('busy', { numbers: NUMBERS });

  /** Keeps the worker busy until `work` is done. */
  async function underLoad<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    while (!isDone) {
      const runs = await Promise.all(Array.from({ length: AT_ONCE }, submit));
      await Promise.all(runs.map(({ id }) => api.waitForRun(id)));
    }
    return done;
  }

  await t.test('in a CPU profile', async () => {
    const { nodes, samples } = JSON.parse(await underLoad(profile())) as Profile;
    assert.ok(nodes.length > 50 && samples.length > 500, 'as DevTools and speedscope read it');
    const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
    const busy = samples
      .map((id) => frames.get(id)!)
      .filter(
        ({ functionName, url }) =>
          !/^\((idle|program)\)$/.test(functionName) && !/inspector/.test(url),
      );
    const evaluating = busy.filter(({ url }) => url.includes('/services/core/expression/'));
    const share = evaluating.length / busy.length;
    assert.ok(share > 0.2, `${share} of the time in the evaluation of expressions`);
  });

  await t.test('in a heap profile', async () => {
    assert.ok('head' in JSON.parse(await underLoad(profile('--heap'))));
  });

  await t.test('not without the token', async () => {
    const args = [COMMAND, 'worker-1', '--url', workers[0]!.metricsUrl];
    const env = { ...process.env, PROFILING_TOKEN: '' };
    await assert.rejects(promisify(execFile)(process.execPath, args, { env }), /answered 401/);
  });
});
