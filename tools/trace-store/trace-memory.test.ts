import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeOtlpSpans, type OtlpRequest } from '@aio/runtime/otlp/otlp-json';
import { createTraceMemory, type Limits, type TraceMemory } from './trace-memory.ts';

const idOf = (number: number) => number.toString(16).padStart(32, '0');

/** A batch of one process with a span in each of the traces. */
function batch(traceIds: readonly string[], name = 'a span'): OtlpRequest {
  const spans = traceIds.map((traceId, index) => ({
    traceId,
    spanId: String(index).padStart(16, '0'),
    name,
    kind: 1,
    startTimeUnixNano: '1',
    endTimeUnixNano: '2',
  }));
  const service = { key: 'service.name', value: { stringValue: 'shop' } };
  return {
    resourceSpans: [
      { resource: { attributes: [service] }, scopeSpans: [{ scope: { name: 'test' }, spans }] },
    ],
  };
}

const namesOf = (memory: TraceMemory, traceId: string) => {
  const texts = memory.read(traceId).map((chunk) => new TextDecoder().decode(chunk));
  return decodeOtlpSpans(JSON.parse(`{"resourceSpans":[${texts.join()}]}`)).map(
    ({ name, traceId: id, resource, scope }) => {
      assert.deepEqual([id, resource, scope], [traceId, { 'service.name': 'shop' }, 'test']);
      return name;
    },
  );
};
const memoryOf = (limits: Omit<Limits, 'traceBytes'> & Partial<Limits>) =>
  createTraceMemory({ traceBytes: limits.bytes, ...limits });
const bytesOf = (memory: TraceMemory, ids: readonly string[]) =>
  ids.flatMap((id) => memory.read(id)).reduce((sum, { length }) => sum + length, 0);

test('splits a batch into its traces, and puts the batches of a trace together', () => {
  const memory = memoryOf({ traces: 10, bytes: 10_000 });
  memory.add(batch([idOf(1), idOf(2), idOf(1)], 'first'));
  memory.add(batch([idOf(1)], 'second'));
  assert.deepEqual(namesOf(memory, idOf(1)), ['first', 'first', 'second']);
  assert.deepEqual(namesOf(memory, idOf(2)), ['first']);
  assert.deepEqual(namesOf(memory, idOf(3)), []);
});

test('forgets the trace whose last span is the oldest', () => {
  const memory = memoryOf({ traces: 3, bytes: 10_000 });
  for (const number of [1, 2, 3, 1, 4]) memory.add(batch([idOf(number)]));
  assert.deepEqual(namesOf(memory, idOf(2)), []);
  assert.deepEqual(namesOf(memory, idOf(1)), ['a span', 'a span']);
  assert.deepEqual(namesOf(memory, idOf(3)), ['a span']);
  assert.deepEqual(namesOf(memory, idOf(4)), ['a span']);
});

test('keeps as many of the newest traces as fit into its bytes', () => {
  const ids = Array.from({ length: 100 }, (_, number) => idOf(number));
  const all = memoryOf({ traces: 100, bytes: 2 ** 20 });
  all.add(batch(ids));
  const size = bytesOf(all, [idOf(0)]);
  const memory = memoryOf({ traces: 100, bytes: 10 * size + 5 });
  for (const id of ids) memory.add(batch([id]));
  assert.equal(bytesOf(memory, ids), 10 * size);
  assert.deepEqual(
    ids.filter((id) => memory.read(id).length > 0),
    ids.slice(-10),
  );
});

test('counts bytes, not characters', () => {
  const memory = memoryOf({ traces: 10, bytes: 2000 });
  for (const number of [1, 2, 3]) memory.add(batch([idOf(number)], 'ス'.repeat(300)));
  assert.ok(bytesOf(memory, [1, 2, 3].map(idOf)) <= 2000);
  assert.deepEqual(namesOf(memory, idOf(3)), ['ス'.repeat(300)]);
});

test('keeps the last spans of a trace that is too large, and evicts no other for it', () => {
  const memory = memoryOf({ traces: 10, bytes: 10_000, traceBytes: 1000 });
  memory.add(batch([idOf(2)]));
  for (let number = 0; number < 50; number++) memory.add(batch([idOf(1)], `span ${number}`));
  const names = namesOf(memory, idOf(1));
  assert.ok(names.length > 1 && bytesOf(memory, [idOf(1)]) <= 1000);
  assert.equal(names.at(-1), 'span 49');
  memory.add(batch([idOf(1)], 'x'.repeat(2000)));
  assert.deepEqual(namesOf(memory, idOf(1)), []);
  memory.add(batch([idOf(1)], 'next'));
  assert.deepEqual(namesOf(memory, idOf(1)), ['next']);
  assert.deepEqual(namesOf(memory, idOf(2)), ['a span']);
});
