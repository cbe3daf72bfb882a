import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeEmpty } from './describe-empty.ts';

test('a missing exporter has its name, and the command that installs it', () => {
  for (const [job, name] of [
    ['postgres', 'postgres-exporter'],
    ['redis', 'redis-exporter'],
    ['host', 'node-exporter'],
  ] as const) {
    const { cause, remedy } = describeEmpty({ reason: 'missing', job });
    assert.equal(cause, `Prometheus has no ${name}`);
    assert.match(remedy!, new RegExp(`npm run servers -- ${name}`));
  }
});

test('a missing proxy or process, and a target that is down, say what to do', () => {
  assert.match(describeEmpty({ reason: 'missing', job: 'proxy' }).remedy!, /--apis 2/);
  assert.match(describeEmpty({ reason: 'missing', job: 'worker' }).remedy!, /scrape/);
  const { cause, remedy } = describeEmpty({ reason: 'down', job: 'redis' });
  assert.equal(cause, 'Prometheus does not reach redis-exporter');
  assert.match(remedy!, /Check that it runs/);
});

test('without an event there is nothing to do', () => {
  const { cause, remedy } = describeEmpty({ reason: 'nothing_yet' });
  assert.match(cause, /Nothing yet/);
  assert.equal(remedy, null);
});
