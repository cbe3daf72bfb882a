import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRouting } from './routing.ts';

const alert = (alertname: string, labels: Record<string, string> = {}) => ({
  alertname,
  severity: 'ticket',
  ...labels,
});

test('the shipped configuration says who need not hear of what', () => {
  const { isInhibited } = readRouting();
  const noApi = alert('NoApiUp', { job: 'api', severity: 'page' });
  const down = (job: string) => alert('TargetDown', { job });
  assert.equal(isInhibited(down('api'), [down('api'), noApi]), true);
  assert.equal(isInhibited(down('worker'), [noApi]), false);
  const burn = (slo: string, severity: string) => alert('Burn', { slo, severity });
  const [fast, slow] = [burn('runSuccess', 'page'), burn('runSuccess', 'ticket')];
  assert.equal(isInhibited(slow, [fast, slow]), true);
  assert.equal(isInhibited(fast, [fast, slow]), false);
  assert.equal(isInhibited(burn('queueTime', 'ticket'), [fast]), false);
});

test('alerts of one name, objective and job are one message, and pages one of their own', () => {
  const { groupKey } = readRouting();
  const first = alert('TargetDown', { job: 'worker', instance: 'a' });
  assert.equal(groupKey(first), groupKey({ ...first, instance: 'b' }));
  assert.notEqual(groupKey(first), groupKey({ ...first, job: 'api' }));
  assert.notEqual(groupKey(first), groupKey({ ...first, severity: 'page' }));
});

test('every operator of a matcher', () => {
  const inhibits = (matcher: string, value: string) =>
    readRouting(`
route: { group_by: [] }
inhibit_rules: [{ source_matchers: [a = b], target_matchers: ['${matcher}'] }]
`).isInhibited({ x: value }, [{ a: 'b' }]);
  for (const [matcher, matching, other] of [
    ['x = one', 'one', 'onetwo'],
    ['x="one two"', 'one two', 'one'],
    ['x != one', 'two', 'one'],
    ['x =~ "one|two"', 'two', 'onetwo'],
    ['x !~ "one|two"', 'onetwo', 'one'],
  ] as const) {
    assert.equal(inhibits(matcher, matching), true, matcher);
    assert.equal(inhibits(matcher, other), false, matcher);
  }
});
