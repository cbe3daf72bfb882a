import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDatabaseClock } from '../postgres/database-clock.ts';
import { createPool } from '../postgres/pool.ts';
import { tieClock } from '../queries/tie-clock.ts';
import { createTestDatabase } from '../testing/database.ts';

const HOUR_MS = 3_600_000;

/** A clock with a wrong guess, and a monotonic clock that the test controls. */
function createClock(wrongByMs: number) {
  const monotonic = { ms: 1000 };
  const databaseMs = () => 1_800_000_000_000 + monotonic.ms;
  const clock = createDatabaseClock({
    monotonic: () => monotonic.ms,
    guess: () => databaseMs() + wrongByMs,
  });
  /** A statement that the database answers at once, with these travel times. */
  function ask(thereMs: number, backMs: number): void {
    const sentAt = monotonic.ms;
    monotonic.ms += thereMs;
    const answer = databaseMs();
    monotonic.ms += backMs;
    clock.learn(answer, sentAt, monotonic.ms);
  }
  return { ask, monotonic, error: () => clock.now() - databaseMs() };
}

for (const wrongByMs of [HOUR_MS, -HOUR_MS]) {
  test(`a guess that is ${wrongByMs} ms off is corrected by the first answer`, () => {
    const { ask, error } = createClock(wrongByMs);
    ask(1, 1);
    assert.ok(Math.abs(error()) <= 1, `${error()} ms off`);
  });
}

test('a slow answer does not undo a fast one', () => {
  const { ask, error } = createClock(HOUR_MS);
  ask(0.25, 0.25);
  const known = error();
  ask(900, 1);
  ask(1, 900);
  assert.equal(error(), known);
});

test('the clock follows the monotonic one between answers', () => {
  const { ask, error, monotonic } = createClock(0);
  ask(1, 1);
  const known = error();
  monotonic.ms += HOUR_MS;
  assert.equal(error(), known);
});

test('ties a clock to that of a real database', async (t) => {
  const { url } = await createTestDatabase(t);
  const pool = createPool({ databaseUrl: url, applicationName: 'clock' });
  t.after(() => pool.close());
  const clock = createDatabaseClock({ guess: () => 0 });
  await tieClock(pool, clock);
  const before = clock.now();
  const { rows } = await pool.query({
    name: 'select-clock',
    text: 'select extract(epoch from clock_timestamp())::float8 * 1000 as now_ms',
  });
  const after = clock.now();
  // The error of each bound is below the round trips behind it.
  assert.ok(rows[0].now_ms > before - 1000 && rows[0].now_ms < after + 1000);
});
