import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Source } from '../../../http/define-route.ts';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { CHAIN, CHAIN_YAML } from '../../../testing/definitions.ts';
import {
  createDefinitionReader,
  type DefinitionReaderOptions,
} from '../../../routes/workflows/definition-reader.ts';
import { readDefinition } from '../../../routes/workflows/read-definition.ts';

const STUBBORN = new URL('../../../testing/stubborn-thread.ts', import.meta.url);

const json = (text: string): Source => ({ text, mediaType: 'application/json' });
const yaml = (text: string): Source => ({ text, mediaType: 'application/yaml' });
const SMALL = json(JSON.stringify(CHAIN));

function startReader(t: TestContext, options?: DefinitionReaderOptions) {
  const reader = createDefinitionReader(options);
  t.after(() => reader.close());
  return reader;
}

test('the thread returns the same definitions, faults and errors as a direct call', async (t) => {
  const { read } = startReader(t);
  const sources = [
    SMALL,
    yaml(CHAIN_YAML),
    json(JSON.stringify({ ...CHAIN, timeout: 'long', steps: { a: { type: 'none' } } })),
    json('{"name":'),
    json('[]'),
    yaml('a: [1'),
    yaml('a: "\0"'),
    yaml(`# \0\n${CHAIN_YAML}`),
    json('['.repeat(70) + ']'.repeat(70)),
    json(`"${'x'.repeat(3_000_000)}"`),
  ];
  for (const source of sources) {
    const expected = await settle(async () => readDefinition(source));
    assert.deepEqual(await settle(() => read(source)), expected, source.text.slice(0, 100));
  }
});

/** The outcome of a call; for an error, the parts that a client sees. */
async function settle(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return { value: await call() };
  } catch (error) {
    const { constructor, code, message, details } = error as Error & Record<string, unknown>;
    return { constructor, code, message, details };
  }
}

test('a definition that misses the deadline has a fault, and the next one works', async (t) => {
  const { read } = startReader(t, { deadlineMs: 1_000, thread: STUBBORN });
  assert.deepEqual(await read(json('endless')), {
    faults: [
      {
        pointer: '',
        rule: 'definition_cost',
        message: 'validation takes more than 1 s',
        hint: 'make the definition smaller, or split it into workflows that steps of type workflow run',
      },
    ],
    definition: null,
  });
  await waitUntil(async () => (await read(SMALL)).definition?.name === 'chain', {
    what: 'the next one is read',
  });
});

test('a thread that dies fails its definition only', async (t) => {
  const { read } = startReader(t, { thread: STUBBORN });
  const dying = read(json('fatal'));
  const next = read(SMALL);
  await assert.rejects(dying, /fatal/);
  assert.equal((await next).definition?.name, 'chain');
});

test('limits the number of waiting definitions', async (t) => {
  const { read } = startReader(t, { maxWaiting: 2 });
  const readings = Array.from({ length: 5 }, () => settle(() => read(SMALL)));
  const answers = await Promise.all(readings);
  const codes = answers.map((answer) => (answer as { code?: string }).code ?? 'read');
  assert.deepEqual(codes, ['read', 'read', 'read', 'unavailable', 'unavailable']);
});

test('closing stops a busy thread', async () => {
  const reader = createDefinitionReader({ thread: STUBBORN });
  await reader.read(SMALL);
  const failed = assert.rejects(reader.read(json('endless')));
  const waiting = assert.rejects(reader.read(SMALL));
  await reader.close();
  await Promise.all([failed, waiting]);
});
