import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChunkStepEnd, ChunkStepKey } from '@aio/platform/queries/engine/chunks';
import type { Query, Queryable } from '@aio/platform/queryable';
import { createTeller } from './teller.ts';

const keyOf = (step: string): ChunkStepKey => ({ runId: 'r', chunkId: 'c', step, iteration: -1 });
const endOf = (step: string, body: string): ChunkStepEnd => {
  return { ...keyOf(step), attempt: 1, body, output: null };
};

/** Takes everything but statements in which a body is `bad`; remembers bodies by step, and chunks. */
function createFakeDatabase() {
  const bodies = new Map<string, string>();
  const done: string[] = [];
  let statements = 0;
  return {
    bodies,
    done,
    statements: () => statements,
    query({ values = [] }: Query): ReturnType<Queryable['query']> {
      statements++;
      const startedSteps = values[3] as string[];
      const endedSteps = values[7] as string[];
      const told = values[10] as string[];
      if (told.includes('bad')) return Promise.reject(new TypeError('a bad row'));
      for (const [index, step] of endedSteps.entries()) bodies.set(step, told[index]!);
      done.push(...(values[12] as string[]));
      const rows = [...startedSteps, ...endedSteps].map(keyOf);
      return Promise.resolve({ rows } as unknown as Awaited<ReturnType<Queryable['query']>>);
    },
  };
}

function createTold() {
  const db = createFakeDatabase();
  const signalled: string[] = [];
  const teller = createTeller({
    db,
    workerId: 'w',
    signal: (runId) => signalled.push(runId),
    onTrouble: () => undefined,
  });
  return { db, teller, signalled };
}

describe('what is told to the holders of runs', () => {
  it('is one statement for what gathers in a turn', async () => {
    const { db, teller, signalled } = createTold();
    teller.dropped('d');
    const told = await Promise.all([
      teller.started(keyOf('a')),
      teller.ended(endOf('b', 'b')),
      teller.ended(endOf('c', 'c')),
    ]);
    assert.deepEqual(told, [true, true, true]);
    assert.deepEqual([db.statements(), db.done, signalled], [1, ['d'], ['r']]);
  });

  it('reaches them whatever is told beside it; what is refused has failed', async () => {
    const { db, teller } = createTold();
    const told = await Promise.all([
      teller.started(keyOf('a')),
      teller.ended(endOf('b', 'b')),
      teller.ended(endOf('bad', 'bad')),
      teller.ended(endOf('c', 'c')),
    ]);
    teller.dropped('d');
    assert.deepEqual(told, [true, true, true, true]);
    assert.deepEqual([db.bodies.get('b'), db.bodies.get('c')], ['b', 'c']);
    const { error } = JSON.parse(db.bodies.get('bad')!);
    assert.deepEqual([error.code, error.retry], ['not_storable', null]);
  });
});
