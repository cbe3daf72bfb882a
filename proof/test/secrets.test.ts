import { createSimulator } from '@aio/llm-simulator/server';
import { startOtlpReceiver } from '@aio/runtime/testing/otlp-receiver';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { System } from '@aio/tools/system/system';
import { waitUntil } from '@aio/tools/system/wait-until';
import { isWhole } from '../testing/assert-trace.ts';
import { collectHaystacks, findWord } from '../testing/haystacks.ts';
import { echoedSecrets, ITEMS, refusedSecret } from '../testing/secret-workflows.ts';
import { startTestSystem } from '@aio/tools/testing/test-system';
import { watchRedis } from '../testing/watch-redis.ts';

const WITHIN_MS = 60_000;
const WORDS = ['token', 'password', 'openai', 'anthropic', 'put'] as const;

/** Unique words. */
const words = Object.fromEntries(
  WORDS.map((name) => [name, `canary-${name}-${randomBytes(6).toString('hex')}`]),
) as Record<(typeof WORDS)[number], string>;
const token = words.token;
const password = `${words.password}"<&/?ä '`;

test('a secret appears in the requests that it is for, and nowhere else', async (t) => {
  const simulator = await createSimulator({ dials: { latencyMs: 0 } });
  const receiver = await startOtlpReceiver();
  t.after(() => Promise.all([simulator.close(), receiver.close()]));
  const echo = `${simulator.url}/echo`;
  const system = await startTestSystem(t, {
    workers: 2,
    env: {
      LOG_LEVEL: 'trace',
      TELEMETRY_ENABLED: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      WORKER_KINDS: 'http:4,llm:4',
      OPENAI_API_KEY: words.openai,
      OPENAI_BASE_URL: `${echo}/500`,
      ANTHROPIC_API_KEY: words.anthropic,
      ANTHROPIC_BASE_URL: `${echo}/500`,
    },
  });
  const redis = await watchRedis(system.redisUrl, system.prefix);
  t.after(() => redis.close());
  await system.api.putSecret('canary_token', token);
  await system.api.putSecret('canary_password', password);
  const problems = await putBadly(system);

  const [main, doomed] = [echoedSecrets(echo), refusedSecret(echo)];
  for (const definition of [main, doomed]) await system.api.createWorkflow(definition);
  const { id } = await system.api.submitRun(main.name);
  const { id: doomedId } = await system.api.submitRun(doomed.name);
  const run = await system.api.waitForRun(id);
  const failed = await system.api.waitForRun(doomedId);
  const runs = [run, failed] as unknown as { id: string; steps: { id: string; attempts: [] }[] }[];
  await waitUntil('the spans of both runs', WITHIN_MS, async () => {
    const spans = receiver.spans();
    const names = spans.map(({ name }) => name);
    return (
      [main, doomed].every(({ name }) => names.includes(`run ${name}`)) && isWhole(spans, { runs })
    );
  });
  // A process exports its batches in order, so its earlier lines have arrived too.
  await receiver.waitForLogRecords((records) =>
    [id, doomedId].every((run) =>
      records.some(
        ({ eventName, attributes }) =>
          eventName === 'aio.run.ended' && attributes['aio.run.id'] === run,
      ),
    ),
  );
  const haystacks = await collectHaystacks(system, [id, doomedId], {
    spans: receiver.bodies.join('\n'),
    'log records': receiver.logBodies.join('\n'),
    redis: await redis.read(),
    problems,
  });

  await t.test('each request contains its secrets', () => {
    const sent = (path: string) =>
      simulator.echoed().filter((echoed) => echoed.path.endsWith(path));
    const login = `Basic ${Buffer.from(`me:${password}`).toString('base64')}`;
    const body = { password, deep: [token] };
    const [answered] = sent('/answered');
    assert.equal(answered?.headers['authorization'], `Bearer ${token}`);
    assert.deepEqual(answered.body, body);
    assert.equal(sent('/login')[0]?.headers['authorization'], login);
    assert.equal(sent('/form')[0]?.body, `client_secret=${encodeURIComponent(password)}`);
    assert.equal(sent('/flaky').length, 2);
    assert.ok(sent('/flaky').every(({ headers }) => headers['authorization'] === login));
    assert.equal(sent('/failing').length, 2);
    assert.equal(sent('/refused-for-good')[0]?.headers['authorization'], `Bearer ${token}`);
    const items = Array.from({ length: ITEMS }, (_, item) => sent(`/each/${item}`));
    assert.ok(items.every(([item]) => item?.headers['authorization'] === `Bearer ${token}`));
    const keyOf = (path: string) => sent(path)[0]?.headers['authorization'];
    assert.equal(keyOf('/chat/completions'), `Bearer ${words.openai}`);
    assert.equal(keyOf('/v1/messages'), `Bearer ${words.anthropic}`);
    assert.equal(sent('/gone').length, 0);
  });

  await t.test('secrets are redacted in what comes back', async () => {
    assert.deepEqual([run.status, failed.status], ['succeeded', 'failed']);
    const { body, headers } = run.output as { body: Record<string, never>; headers: object };
    assert.equal(body['headers']?.['authorization'], 'Bearer [redacted]');
    assert.deepEqual(body['body'], { password: '[redacted]', deep: ['[redacted]'] });
    assert.equal((headers as Record<string, string>)['x-echo'], 'Bearer [redacted]');
    assert.equal(failed.error?.code, 'http_status');
    assert.match(JSON.stringify(failed.error), /Bearer \[redacted\]/);
    const { rows } = await system.db.query(
      `select step, error ->> 'code' as code, error ->> 'message' as message from steps
       where run_id = $1 and status = 'failed' order by step`,
      [id],
    );
    assert.deepEqual(
      rows.map(({ step, code }) => [step, code]),
      [
        ['anthropic', 'llm_unavailable'],
        ['failing', 'http_status'],
        ['gone', 'unknown_secret'],
        ['openai', 'llm_unavailable'],
        ['refused', 'http_status'],
      ],
    );
    for (const { message } of rows.filter(({ code }) => code === 'llm_unavailable'))
      assert.match(message, /\[redacted\]/);
    assert.equal(
      rows[2].message,
      'Secret not_there does not exist. Create it, then retry the run.',
    );
  });

  await t.test('every searched place contains traces of the runs', () => {
    const seen: Record<string, RegExp> = {
      'log records':
        /(?=[^]*"stringValue":"POST http.*\/echo\/200\/answered: 200 in \d)[^]*\[redacted\]/,
      logs: /(?=[^]*"msg":"POST http.*\/echo\/200\/answered: 200 in \d)[^]*\[redacted\]/,
      spans: /\/echo\/400\/refused/,
      metrics: /aio_step_failures_total\{[^}]*unknown_secret/,
      rows: /\[redacted\]/,
      redis: /steps-http/,
      answers: /(?=[^]*canary_password)[^]*\[redacted\]/,
      // The steps end in any order.
      streams: /(?=[^]*step\.succeeded)[^]*\[redacted\]/,
      problems: /validation_failed[^]*bad_json/,
    };
    assert.deepEqual(Object.keys(seen).toSorted(), Object.keys(haystacks).toSorted());
    for (const [place, pattern] of Object.entries(seen))
      assert.match(haystacks[place]!, pattern, place);
    const requests = { requests: JSON.stringify(simulator.echoed()) };
    for (const name of WORDS.filter((name) => name !== 'put'))
      assert.equal(findWord(words[name], requests).length, 1, name);
    const login = { login: Buffer.from(`me:${password}`).toString('base64') };
    assert.equal(findWord(words.password, login).length, 1);
  });

  for (const name of WORDS) {
    await t.test(`${name} is nowhere`, () => {
      assert.deepEqual(findWord(words[name], haystacks), []);
    });
  }
});

/** @returns the API's answers to invalid values */
async function putBadly({ api }: System): Promise<string> {
  const bodies = [
    `{"value": ${words.put}}`,
    `{"value": "${words.put}`,
    { value: [words.put] },
    { value: `${words.put}\0` },
    { value: words.put.padEnd(20_000) },
    { value: words.put, more: words.put },
  ];
  const answers = bodies.map(async (body) => {
    const response = await api.request('PUT', '/secrets/bad', body);
    assert.ok(response.status === 422 || response.status === 400);
    return response.text();
  });
  return (await Promise.all(answers)).toSorted().toReversed().join('\n');
}
