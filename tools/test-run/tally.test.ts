import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TestEvent, createTally } from './tally.ts';

const file = '/project/services/a/a.test.ts';

function event(type: string, data: Partial<TestEvent['data']>): TestEvent {
  return { type, data: { file, nesting: 0, ...data } };
}

function tallyOf(events: readonly TestEvent[]) {
  const lines: string[] = [];
  const tally = createTally('/project', (line) => lines.push(line));
  for (const each of events) tally.take(each);
  return { tally, lines };
}

test('counts tests, but not suites and files', () => {
  const { tally, lines } = tallyOf([
    event('test:start', { name: 'suite' }),
    event('test:start', { name: 'works', nesting: 1 }),
    event('test:pass', { name: 'works', nesting: 1, details: { type: 'test' } }),
    event('test:pass', { name: 'suite', details: { type: 'suite' } }),
    event('test:summary', { duration_ms: 1500 }),
    event('test:pass', { name: file }),
  ]);
  assert.deepEqual(tally.counts, { passed: 1, failed: 0, skipped: 0 });
  assert.deepEqual(lines, ['✔ services/a/a.test.ts  1 passed, 0 failed, 0 skipped  (1.5 s)']);
});

test('counts a test that a helper defines for the file that runs it', () => {
  const helper = '/project/services/a/testing/cases.ts';
  const { lines } = tallyOf([
    event('test:start', { file: helper, entryFile: file, name: 'works' }),
    event('test:pass', { file: helper, entryFile: file, name: 'works', details: { type: 'test' } }),
    event('test:summary', { duration_ms: 1500 }),
  ]);
  assert.deepEqual(lines, ['✔ services/a/a.test.ts  1 passed, 0 failed, 0 skipped  (1.5 s)']);
});

test('prints a failure with its path, its cause and stderr of the file', () => {
  const error = { failureType: 'testCodeFailure', cause: new Error('three is not two') };
  const { tally } = tallyOf([
    event('test:stderr', { message: 'a clue\n' }),
    event('test:start', { name: 'suite' }),
    event('test:start', { name: 'breaks', nesting: 1 }),
    event('test:fail', { name: 'breaks', nesting: 1, details: { type: 'test', error } }),
    event('test:fail', {
      name: 'suite',
      details: { type: 'suite', error: { failureType: 'subtestsFailed' } },
    }),
  ]);
  assert.deepEqual(tally.counts, { passed: 0, failed: 1, skipped: 0 });
  const summary = tally.summary().join('\n');
  assert.match(summary, /services\/a\/a\.test\.ts › suite › breaks/);
  assert.match(summary, /three is not two/);
  assert.match(summary, /a clue/);
});

test('a file that dies before its first test fails', () => {
  const { tally } = tallyOf([
    event('test:fail', { name: file, details: { error: 'exit code 1' } }),
  ]);
  assert.deepEqual(tally.counts, { passed: 0, failed: 1, skipped: 0 });
});

test('lists the twenty slowest files of many', () => {
  const ended = (nth: number) =>
    event('test:summary', { file: `/project/${nth}.test.ts`, duration_ms: nth * 1000 });
  const { tally } = tallyOf(Array.from({ length: 21 }, (_, nth) => ended(nth)));
  const lines = tally.summary();
  const [, , first] = lines.slice(lines.indexOf('Slowest') - 1);
  assert.equal(first, '    20.0 s  20.test.ts');
  assert.ok(lines.includes('     1.0 s  1.test.ts') && !lines.includes('     0.0 s  0.test.ts'));
});

test('lists every skip with its reason, and ends with the counts', () => {
  const { tally } = tallyOf([
    event('test:pass', { name: 'browser', skip: 'no Chromium here', details: { type: 'test' } }),
    event('test:pass', { name: 'bare', skip: true, details: { type: 'test' } }),
    event('test:fail', { name: 'later', todo: 'not yet', details: { type: 'test' } }),
  ]);
  tally.add('check: lint', {});
  const summary = tally.summary();
  assert.ok(summary.includes('  services/a/a.test.ts › browser: no Chromium here'));
  assert.ok(summary.includes('  services/a/a.test.ts › bare: no reason given'));
  assert.ok(summary.includes('  services/a/a.test.ts › later: not yet'));
  assert.equal(summary.at(-1), '1 passed, 0 failed, 3 skipped');
});
