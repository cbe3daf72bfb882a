import { CHAIN, MAP } from '../definitions.ts';
import type { TestApi } from '../start-test-api.ts';

const RUNS = 60;
const SECRETS = 60;

/** Values that exist, of a parameter of an operation's path or query; none = it has no such values. */
export type KnownValues = (path: string, name: string) => readonly (string | number)[];

/** Creates workflows, runs in several states, approvals, events and secrets. */
export async function createKnownValues(api: TestApi): Promise<KnownValues> {
  const post = async (path: string, body?: unknown) =>
    (await api.post(`/api/v1${path}`, body)).body;
  const { engine } = api;
  for (const definition of [CHAIN, MAP]) await post('/workflows', definition);

  const runs: string[] = [];
  const queued: string[] = [];
  const finished: string[] = [];
  const approvals: string[] = [];
  for (let nth = 0; nth < RUNS; nth += 1) {
    const { id } = await post('/workflows/chain/runs', { input: { n: nth } });
    runs.push(id);
    if (nth % 3 === 0) await ask(id);
    if (nth % 3 === 1) await fail(id);
    if (nth % 3 === 2) queued.push(id);
  }
  const [withOutput = ''] = runs;
  await engine.writeStep(withOutput, 'first', { status: 'succeeded', output: '1', attempt: 1 });
  const { id: event } = await post('/events', { name: 'order.paid', key: 'o-1' });

  const secrets = Array.from({ length: SECRETS }, (_, nth) => `token_${nth}`);
  for (const name of secrets)
    await api.call('PUT', `/api/v1/secrets/${name}`, {
      body: JSON.stringify({ value: 'of-the-fuzzer' }),
      headers: { 'content-type': 'application/json' },
    });

  async function ask(runId: string): Promise<void> {
    await engine.start(runId);
    await engine.writeStep(runId, 'ask', { kind: 'approval', status: 'waiting', waiting_seq: 3 });
    approvals.push(await engine.ask(runId));
  }

  async function fail(runId: string): Promise<void> {
    await engine.start(runId);
    await engine.finish(runId, 'failed');
    finished.push(runId);
  }

  const { id: bulk } = await post('/bulk-jobs', { action: 'retry', ids: finished });

  const byPath: readonly [pattern: RegExp, name: string, values: readonly (string | number)[]][] = [
    [/\/runs\/\{id\}\/(retry|replay)$/, 'id', finished],
    // Approvals end with their run.
    [/\/runs\/\{id\}\/cancel$/, 'id', queued],
    [/\/bulk-jobs\/\{id\}/, 'id', [bulk]],
    [/\/steps\/\{step\}\/output$/, 'id', [withOutput]],
    [/\/steps\/\{step\}\/output$/, 'step', ['first']],
    [/\/runs\/\{id\}/, 'id', runs],
    [/\/runs\/\{id\}/, 'step', ['ask', 'first', 'last']],
    [/^\/api\/v1\/runs$/, 'cursor', runs],
    [/^\/api\/v1\/runs$/, 'parent', [...runs, 'none']],
    [/\/approvals\/\{id\}/, 'id', approvals],
    [/\/events\/\{id\}/, 'id', [event]],
    [/\/workflows\/\{name\}/, 'name', ['chain', 'each']],
    [/\/workflows\/\{name\}/, 'version', [1]],
    [/\/secrets\/\{name\}/, 'name', secrets],
    [/\/queues\/\{name\}/, 'name', ['default', 'http', 'llm']],
    [/\/problems\/\{code\}/, 'code', ['not_found', 'internal']],
    [/\/dashboards\/\{uid\}/, 'uid', ['aio-api']],
    [/\/alerts\/\{name\}/, 'name', ['NoWorkerUp', 'OldestJobAge']],
  ];
  return (path, name) =>
    byPath.find(([pattern, parameter]) => pattern.test(path) && parameter === name)?.[2] ?? [];
}
