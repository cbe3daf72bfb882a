import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRouted } from './alertmanager.ts';

test('an alert is found by its labels, even if Alertmanager adds some', () => {
  const routed = [
    { labels: { alertname: 'A', queue: 'llm' }, silences: [], isInhibited: false },
    { labels: { alertname: 'A', queue: 'http', region: 'x' }, silences: [], isInhibited: true },
  ];
  assert.equal(findRouted({ alertname: 'A', queue: 'http' }, routed)?.isInhibited, true);
  assert.equal(findRouted({ alertname: 'A', queue: 'default' }, routed), undefined);
});
