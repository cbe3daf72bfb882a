import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRouted } from './alertmanager.ts';

test('an alert is found by all of its labels, whatever Alertmanager adds', () => {
  const routed = [
    { labels: { alertname: 'A', queue: 'llm' }, silences: [], isInhibited: false },
    { labels: { alertname: 'A', queue: 'http', region: 'x' }, silences: [], isInhibited: true },
  ];
  assert.equal(findRouted({ alertname: 'A', queue: 'http' }, routed)?.isInhibited, true);
  assert.equal(findRouted({ alertname: 'A', queue: 'default' }, routed), undefined);
});
