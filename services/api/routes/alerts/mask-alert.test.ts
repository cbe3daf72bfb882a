import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskAlert, maskRoute, maskRule } from './mask-alert.ts';

const READER = { owner: 'ada', workflows: ['triage'], ownRuns: async () => new Set<string>() };
const RULE = {
  group: 'cost',
  name: 'WorkflowCostDoubled',
  health: 'ok',
  query: 'up',
  forSeconds: 0,
  labels: {},
  alerts: [],
  annotations: {
    summary: 'A run of {{ $labels.workflow }} costs {{ printf "%.1f" $value }} times as much',
    description: 'Look at the prompts.',
  },
};

const alertOf = (labels: Record<string, string>, summary: string) => ({
  labels,
  annotations: { summary, description: 'Look at the prompts.' },
  state: 'firing' as const,
  activeAt: '2026-01-01T00:00:00Z',
  value: 3.2,
});
const mask = (alert: ReturnType<typeof alertOf>) => maskAlert(RULE, alert, READER, () => '2');

test('an alert of another owner’s workflow tells neither its name nor the value', () => {
  const summary = 'A run of secret costs 3.2 times as much';
  const { labels, annotations, value } = mask(alertOf({ workflow: 'secret' }, summary));
  assert.deepEqual(labels, { workflow: 'another owner' });
  assert.equal(annotations['summary'], 'A run of another owner costs … times as much');
  assert.equal(annotations['description'], 'Look at the prompts.');
  assert.ok(Number.isNaN(value));
});

test('an alert of an own workflow stays as it is', () => {
  const alert = alertOf({ workflow: 'triage' }, 'A run of triage costs 3.2 times as much');
  assert.deepEqual(mask(alert), alert);
});

test('the text has the number of a process in place of its address', () => {
  const labels = { job: 'worker', instance: '10.0.0.3:9465', pod: 'a' };
  const masked = mask(alertOf(labels, 'worker at 10.0.0.3:9465: event loop is 2s late'));
  assert.deepEqual(masked.labels, { job: 'worker', instance: '2' });
  assert.equal(masked.annotations['summary'], 'worker at 2: event loop is 2s late');
});

test('errors of rules, and who silenced an alert and why, are for admins', () => {
  const rule = { ...RULE, lastError: 'duplicate series {workflow="secret"}' };
  assert.doesNotMatch(maskRule(rule).lastError!, /secret/);
  assert.deepEqual(maskRule(RULE), RULE);
  const silence = { id: 's', createdBy: 'eve', comment: 'secret', endsAt: '2026-01-01T00:00:00Z' };
  const route = { labels: {}, silences: [silence], isInhibited: false };
  assert.doesNotMatch(JSON.stringify(maskRoute(route)), /eve|secret/);
});
