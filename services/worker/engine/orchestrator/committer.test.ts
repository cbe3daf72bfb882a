import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noRows, type RunProgress, type StepWrite } from '@aio/core/run/rows';
import { type Committable, createCommitter } from './committer.ts';

function progressOf(name: string, rows: number): RunProgress {
  const step = { step: 'a', iteration: -1 } as StepWrite;
  const nothing = { output: null, error: null, finishedSeq: null, stepsEndedAt: null };
  const counts = { eventSeq: 1, stepsTotal: rows, stepsDone: 0, release: false };
  const cost = { costUsd: '0', unpricedCalls: 0 };
  const steps = Array.from({ length: rows }, () => step);
  const run = { runId: name, epoch: 1, status: 'running' as const };
  return { ...run, ...nothing, ...counts, ...cost, ...noRows(), steps };
}

/** A run that commits the given progress once. */
function runOf(progress: RunProgress, ends: string[]): Committable {
  let left: RunProgress | null = progress;
  const { runId } = progress;
  return {
    takeProgress() {
      const taken = left;
      left = null;
      return taken;
    },
    committed: () => void ends.push(`${runId} committed`),
    leaseLost: () => void ends.push(`${runId} lost`),
    refused: () => void ends.push(`${runId} refused`),
  };
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
  const committer = createCommitter({
    storage,
    workerId: 'w',
    onOutage: () => undefined,
    onCommit: () => undefined,
  });
  for (const one of progress) committer.schedule(runOf(one, ends));
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
