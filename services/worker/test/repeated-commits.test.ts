import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AioError } from '@aio/core/errors';
import { noRows } from '@aio/core/run/rows';
import { commitProgress } from '@aio/platform/queries/engine/commit-progress';
import type { Query, Queryable } from '@aio/platform/postgres/queryable';
import { createEngineBench } from './start-engine.ts';

const TWO_STEPS = `
  a: { type: http, with: { url: "http://x/" } }
  b: { type: http, needs: [a], with: { url: "http://x/" } }
`;

function recordCommits(db: Queryable) {
  const commits: Query[] = [];
  return {
    commits,
    query(query: Query) {
      if (query.name === 'commit-progress') commits.push(query);
      return db.query(query);
    },
  };
}

/** A database that loses the answers of the first commits. */
function loseAnswers(db: Queryable, times: number): Queryable {
  let left = times;
  return {
    async query(query) {
      const answer = await db.query(query);
      if (query.name !== 'commit-progress' || left === 0) return answer;
      left--;
      throw new AioError('unavailable', 'The answer is lost.');
    },
  };
}

describe('a commit that arrives again', () => {
  for (const [what, yaml] of [
    ['of calls', TWO_STEPS],
    ['that is the whole run', '\n  a: { type: transform, with: { value: 1 } }\n'],
  ] as const) {
    it(`has an effect once, if the answers of the first ones are lost: a run ${what}`, async (t) => {
      const bench = await createEngineBench(t, () => 'ok');
      const id = await bench.submit(yaml);
      const run = await bench.finish(bench.start({ db: loseAnswers(bench.db, 3) }), id);
      const rows = await bench.readSteps(id);
      assert.deepEqual([run.status, run.steps_done], ['succeeded', rows.length]);
      for (const { status, attempt, crashes } of rows)
        assert.deepEqual([status, attempt, crashes], ['succeeded', 1, 0]);
    });
  }

  it('changes nothing in a finished run, and reports success if it was the last commit', async (t) => {
    const bench = await createEngineBench(t, () => 'ok');
    const db = recordCommits(bench.db);
    const id = await bench.submit(TWO_STEPS);
    const run = await bench.finish(bench.start({ db }), id);
    const rows = await bench.readSteps(id);
    const rowCounts: number[] = [];
    for (const commit of db.commits) rowCounts.push((await bench.db.query(commit)).rows.length);
    assert.equal(rowCounts.at(-1), 1);
    assert.deepEqual(await bench.readRun(id), run);
    assert.deepEqual(await bench.readSteps(id), rows);
  });

  it('is refused if it arrives after later ones of the same holder', async (t) => {
    const bench = await createEngineBench(t);
    const id = await bench.submit(TWO_STEPS);
    const nothing = { output: null, error: null, finishedSeq: null, stepsEndedAt: null };
    const run = { runId: id, epoch: 0, status: 'running' as const, stepsTotal: 2 };
    const cost = { costUsd: 0, unpricedCalls: 0 };
    const progress = (eventSeq: number) => {
      const ended = { stepsDone: eventSeq, stepsSucceeded: eventSeq };
      const counts = { eventSeq, ...ended, release: false };
      return { ...run, ...cost, ...nothing, ...counts, ...noRows() };
    };
    const commit = (eventSeq: number) =>
      commitProgress(bench.db, { workerId: id, progress: [progress(eventSeq)] });
    assert.equal((await commit(3)).runs.size, 1);
    assert.equal((await commit(2)).runs.size, 0);
    assert.equal((await commit(3)).runs.size, 1);
    assert.equal((await bench.readRun(id)).steps_done, 3);
  });

  it('does not change results that it already recorded', async (t) => {
    const bench = await createEngineBench(t, () => 'ok');
    const id = await bench.submit(TWO_STEPS);
    const ended = async () => (await bench.readSteps(id)).filter((row) => row.finished_at);
    const lost: unknown[] = [];
    const db: Queryable = {
      async query(query) {
        const answer = await bench.db.query(query);
        if (query.name !== 'commit-progress' || lost.length > 0) return answer;
        // Lose the answer of the first commit that ends a step.
        lost.push(...(await ended()));
        if (lost.length > 0) throw new AioError('unavailable', 'The answer is lost.');
        return answer;
      },
    };
    await bench.finish(bench.start({ db }), id);
    assert.equal(lost.length, 1);
    assert.deepEqual((await ended()).slice(0, 1), lost);
  });
});
