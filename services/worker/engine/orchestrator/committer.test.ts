import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noRows, type RunProgress, type StepWrite } from '@aio/core/run/rows';
import { createCommitter } from './committer.ts';

function progressOf(name: string, rows: number): RunProgress {
  const step = { step: 'a', iteration: -1 } as StepWrite;
  const nothing = { output: null, error: null, finishedSeq: null, stepsEndedAt: null };
  const ended = { stepsDone: 0, stepsSucceeded: 0 };
  const counts = { eventSeq: 1, stepsTotal: rows, ...ended, release: false };
  const cost = { costUsd: 0, unpricedCalls: 0 };
  const steps = Array.from({ length: rows }, () => step);
  const run = { runId: name, epoch: 1, status: 'running' as const };
  return { ...run, ...nothing, ...counts, ...cost, ...noRows(), steps };
}

/** Accepts statements without a run named `bad`. A run named `lost` has no row. */
function createFakeStorage() {
  const statements: string[][] = [];
  return {
    statements,
    commitProgress({ progress }: { progress: readonly RunProgress[] }) {
      const names = progress.map(({ runId }) => runId);
      statements.push(names);
      if (names.includes('bad')) return Promise.reject(new TypeError('a bad row'));
      const known = names
        .filter((name) => name !== 'lost')
        .map((name) => [name, { changes: 0, cancelled: [] }] as const);
      return Promise.resolve({ nowMs: 1, runs: new Map(known) });
    },
  };
}

async function commitAll(progress: RunProgress[]) {
  const storage = createFakeStorage();
  const ends: string[] = [];
  const committer = createCommitter<{ id: string }>({
    storage,
    workerId: 'w',
    handler: {
      takeProgress: ({ id }) => progress.find(({ runId }) => runId === id)!,
      committed: ({ id }) => void ends.push(`${id} committed`),
      lost: ({ id }) => void ends.push(`${id} lost`),
      refused: ({ id }) => void ends.push(`${id} refused`),
    },
    onOutage: () => undefined,
    onCommit: () => undefined,
  });
  for (const { runId } of progress) committer.schedule({ id: runId });
  await committer.close(10_000);
  return { statements: storage.statements, ends };
}

describe('group commit', () => {
  it('writes the progress of one turn in one statement', async () => {
    const { statements, ends } = await commitAll([progressOf('a', 1), progressOf('b', 1)]);
    assert.deepEqual(statements, [['a', 'b']]);
    assert.deepEqual(ends, ['a committed', 'b committed']);
  });

  it('reports a refused and a lost run without affecting the others', async () => {
    const { ends } = await commitAll(['a', 'bad', 'b', 'lost'].map((id) => progressOf(id, 1)));
    assert.deepEqual(ends.sort(), ['a committed', 'b committed', 'bad refused', 'lost lost']);
  });

  it('puts wide runs into separate statements, so that none exceeds its time limit', async () => {
    const wide = ['a', 'b', 'c', 'd'].map((id) => progressOf(id, 10_000));
    const { statements, ends } = await commitAll(wide);
    assert.deepEqual(statements, [['a'], ['b'], ['c'], ['d']]);
    assert.equal(ends.length, 4);
  });
});
