import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NO_CHANGES } from '@aio/platform/queries/engine/step-changes';
import type { StepWrite } from '@aio/platform/queries/engine/step-changes';
import type { RunProgress } from '@aio/platform/queries/engine/commit-statement';
import type { Query, Queryable } from '@aio/platform/queryable';
import type { Committable, Fresh } from './committer.ts';
import { createCommitter } from './committer.ts';

const NAMES = ['a', 'b', 'c', 'd', 'bad', 'lost', 'fresh'];
const idOf = (name: string) => `${NAMES.indexOf(name)}`.padStart(8, '0') + UUID_TAIL;
const UUID_TAIL = '-0000-7000-8000-000000000000';

function progressOf(name: string, rows: number): RunProgress {
  const step = { step: 'a', iteration: -1 } as StepWrite;
  return {
    runId: idOf(name),
    epoch: 1,
    status: 'running',
    eventSeq: 1,
    stepsTotal: rows,
    stepsDone: 0,
    output: null,
    error: null,
    finishedSeq: null,
    stepsEndedAt: null,
    release: false,
    ...NO_CHANGES,
    steps: Array.from({ length: rows }, () => step),
  };
}

/** A run that has the given progress to commit, once. */
function runOf(progress: RunProgress, told: string[], fresh: Fresh | null): Committable {
  let left: RunProgress | null = progress;
  return {
    fresh: () => fresh,
    begun: () => void told.push(`${nameOf(progress.runId)} begun`),
    takeProgress() {
      const taken = left;
      left = null;
      return taken;
    },
    progressCommitted: () => void told.push(`${nameOf(progress.runId)} committed`),
    leaseLost: () => void told.push(`${nameOf(progress.runId)} lost`),
    progressRefused: () => void told.push(`${nameOf(progress.runId)} refused`),
  };
}

const nameOf = (id: string) => NAMES[Number(id.slice(0, 8))]!;

/** Of the runs in an array of uuid in binary form. */
function namesIn(array: Buffer): string[] {
  const names: string[] = [];
  for (let at = 24; at < array.length; at += 20) {
    names.push(nameOf(array.toString('hex', at, at + 16)));
  }
  return names;
}

/** Accepts every statement but those with a run named `bad`; knows no run named `lost`. */
function createFakeDatabase() {
  const statements: string[][] = [];
  return {
    statements,
    query({ name, values = [] }: Query): ReturnType<Queryable['query']> {
      const names = name === 'begin-run' ? ['fresh'] : namesIn(values[3] as Buffer);
      statements.push(names);
      if (names.includes('bad')) return Promise.reject(new TypeError('a bad row'));
      const rows = names
        .filter((name) => name !== 'lost')
        .map((name) => ({ id: idOf(name), signal: 0, now_ms: 1 }));
      return Promise.resolve({ rows, rowCount: rows.length } as unknown as Awaited<
        ReturnType<Queryable['query']>
      >);
    },
  };
}

async function commitAll(progress: RunProgress[]) {
  const db = createFakeDatabase();
  const told: string[] = [];
  const committer = createCommitter({
    db,
    workerId: 'w',
    leaseMs: 1000,
    onOutage: () => undefined,
    onCommit: () => undefined,
  });
  for (const one of progress) {
    const isFresh = nameOf(one.runId) === 'fresh';
    const fresh = isFresh ? ({ since: performance.now(), as: {} } as Fresh) : null;
    committer.schedule(runOf(one, told, fresh));
  }
  await committer.close(10_000);
  return { statements: db.statements, told };
}

describe('group commit', () => {
  it('is one statement for what gathers in a turn', async () => {
    const { statements, told } = await commitAll([progressOf('a', 1), progressOf('b', 1)]);
    assert.deepEqual(statements, [['a', 'b']]);
    assert.deepEqual(told, ['a committed', 'b committed']);
  });

  it('tells a refused run and a lost one apart from their neighbours', async () => {
    const { told } = await commitAll(['a', 'bad', 'b', 'lost'].map((id) => progressOf(id, 1)));
    assert.deepEqual(told.sort(), ['a committed', 'b committed', 'bad refused', 'lost lost']);
  });

  it('begins a fresh run in a statement of its own, beside those of others', async () => {
    const all = ['fresh', 'a', 'b'].map((id) => progressOf(id, 1));
    const { statements, told } = await commitAll(all);
    assert.deepEqual(statements, [['fresh'], ['a', 'b']]);
    assert.deepEqual(told, ['fresh begun', 'fresh committed', 'a committed', 'b committed']);
  });

  it('keeps wide runs in statements of their own, so that none outlasts its time limit', async () => {
    const wide = ['a', 'b', 'c', 'd'].map((id) => progressOf(id, 10_000));
    const { statements, told } = await commitAll(wide);
    assert.deepEqual(statements, [['a'], ['b'], ['c'], ['d']]);
    assert.equal(told.length, 4);
  });
});
