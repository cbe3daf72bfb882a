import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { v7 as uuidv7 } from 'uuid';
import { AioError } from '@aio/core/errors';
import type { Submission, Submitted } from '@aio/platform/queries/runs/submit-runs';
import { isUnavailable } from '@aio/platform/postgres/database-error';
import { createSubmitter, MOST_WAIT_MS, type SubmitterDeps } from './submitter.ts';

/** Answers like the database, and records the inputs of each statement. Inputs `bad` make it fail. */
function createDatabase(failure?: (inputs: string[]) => Error | undefined) {
  const groups: string[][] = [];
  async function submitRuns(submissions: readonly Submission[]): Promise<Submitted[]> {
    await new Promise((resolve) => setImmediate(resolve));
    const inputs = submissions.map(({ input }) => input);
    groups.push(inputs);
    const error = failure?.(inputs);
    if (error) throw error;
    const common = { replayed: false, acceptedAt: new Date(), hasWorker: true };
    return submissions.map(({ id }) => ({ ...common, runId: id }));
  }
  return { submitRuns, groups };
}

function createSubmit(database: SubmitterDeps) {
  const { submit } = createSubmitter(database);
  return (input: string) => submit({ id: uuidv7(), input } as Submission);
}

test('concurrent submissions form a group, later ones the next groups', async () => {
  const database = createDatabase();
  const { groups } = database;
  const submit = createSubmit(database);
  const inputs = Array.from({ length: 250 }, (_, n) => String(n));
  const accepted = await Promise.all(inputs.map(submit));
  assert.equal(new Set(accepted.map((one) => one?.runId)).size, 250);
  assert.deepEqual(pluck(groups, 'length'), [100, 100, 50]);
  assert.deepEqual(groups.flat(), inputs);
});

test('large inputs make small groups', async () => {
  const database = createDatabase();
  const { groups } = database;
  const submit = createSubmit(database);
  const large = 'x'.repeat(1024 * 1024);
  await Promise.all(Array.from({ length: 5 }, () => submit(large)));
  assert.deepEqual(pluck(groups, 'length'), [2, 2, 1]);
});

test('a submission that the database refuses fails alone', async () => {
  const submit = createSubmit(
    createDatabase((inputs) => (inputs.includes('bad') ? new Error('no') : undefined)),
  );
  const results = await Promise.allSettled(['a', 'bad', 'b'].map((input) => submit(input)));
  assert.deepEqual(pluck(results, 'status'), ['fulfilled', 'rejected', 'fulfilled']);
});

test('refuses a submission that has waited too long for the groups before its own', async () => {
  const clock = { ms: 0 };
  const outage = Promise.withResolvers<void>();
  const database = createDatabase();
  const slow: typeof database.submitRuns = async (submissions) => {
    await outage.promise;
    return database.submitRuns(submissions);
  };
  const submit = createSubmit({ submitRuns: slow, now: () => clock.ms });
  const next = () => new Promise((resolve) => setImmediate(resolve));
  const first = [submit('a')];
  await next();
  first.push(submit('b'));
  await next();
  // Two groups are in the database, so others wait.
  const late = submit('late');
  clock.ms += MOST_WAIT_MS - 1;
  const inTime = submit('in time');
  clock.ms += 1;
  outage.resolve();
  await assert.rejects(late, isUnavailable);
  await Promise.all([...first, inTime]);
  assert.deepEqual(database.groups.flat().toSorted(), ['a', 'b', 'in time']);
});

test('does not retry if the database is down, because it may have committed', async () => {
  const database = createDatabase(() => new AioError('unavailable', 'away'));
  const submit = createSubmit(database);
  const results = await Promise.allSettled(['a', 'b'].map((input) => submit(input)));
  assert.ok(results.every((one) => one.status === 'rejected' && one.reason.code === 'unavailable'));
  assert.equal(database.groups.length, 1);
});
