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
    query({ name, values = [] }: Query): ReturnType<Queryable['query']> {
      statements++;
      const steps = values[3] as string[];
      if (name === 'tell-ends') {
        const told = values[6] as string[];
        if (told.includes('bad')) return Promise.reject(new TypeError('a bad row'));
        for (const [index, step] of steps.entries()) bodies.set(step, told[index]!);
        done.push(...(values[8] as string[]));
      }
      const rows = steps.map(keyOf);
      return Promise.resolve({ rows } as unknown as Awaited<ReturnType<Queryable['query']>>);
    },
  };
}

function createTold() {
  const db = createFakeDatabase();
  const named: string[] = [];
  const teller = createTeller({
    db,
    workerId: 'w',
    tell: (runId) => named.push(runId),
    onTrouble: () => undefined,
  });
  return { db, teller, named };
}

describe('what is told to the holders of runs', () => {
  it('is one statement of starts and one of ends for what gathers in a turn', async () => {
    const { db, teller, named } = createTold();
    teller.dropped('d');
    const told = await Promise.all([
      teller.started(keyOf('a')),
      teller.ended(endOf('b', 'b')),
      teller.ended(endOf('c', 'c')),
    ]);
    assert.deepEqual(told, [true, true, true]);
    assert.deepEqual([db.statements(), db.done, named], [2, ['d'], ['r', 'r']]);
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
