import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NO_CHANGES } from '@aio/platform/queries/engine/commit-parts';
import type { StepWrite } from '@aio/platform/queries/engine/commit-parts';
import type { RunProgress } from '@aio/platform/queries/engine/commit-progress';
import type { Query, Queryable } from '@aio/platform/queryable';
import type { Committable } from './committer.ts';
import { createCommitter } from './committer.ts';

function progressOf(runId: string, rows: number): RunProgress {
  const step = { step: 'a', iteration: -1 } as StepWrite;
  return {
    runId,
    epoch: 1,
    status: 'running',
    eventSeq: 1,
    stepsTotal: rows,
    stepsDone: 0,
    output: null,
    error: null,
    finishedSeq: null,
    release: false,
    ...NO_CHANGES,
    steps: Array.from({ length: rows }, () => step),
  };
}

/** A run that has the given progress to commit, once. */
function runOf(progress: RunProgress, told: string[]): Committable {
  let left: RunProgress | null = progress;
  return {
    takeProgress() {
      const taken = left;
      left = null;
      return taken;
    },
    progressCommitted: () => void told.push(`${progress.runId} committed`),
    leaseLost: () => void told.push(`${progress.runId} lost`),
    progressRefused: () => void told.push(`${progress.runId} refused`),
  };
}

/** Accepts every statement but those with a run named `bad`; knows no run named `lost`. */
function createFakeDatabase() {
  const statements: string[][] = [];
  return {
    statements,
    query({ values = [] }: Query): ReturnType<Queryable['query']> {
      const ids = values[2] as string[];
      statements.push(ids);
      if (ids.includes('bad')) return Promise.reject(new TypeError('a bad row'));
      const rows = ids.filter((id) => id !== 'lost').map((id) => ({ id, signal: 0, now_ms: 1 }));
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
  for (const one of progress) committer.schedule(runOf(one, told));
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

  it('keeps wide runs in statements of their own, so that none outlasts its time limit', async () => {
    const wide = ['a', 'b', 'c', 'd'].map((id) => progressOf(id, 10_000));
    const { statements, told } = await commitAll(wide);
    assert.deepEqual(statements, [['a'], ['b'], ['c'], ['d']]);
    assert.equal(told.length, 4);
  });
});
