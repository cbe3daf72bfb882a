import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { runbookFile } from '@aio/catalog/alerts/alert';
import { listAlerts } from '@aio/catalog/alerts/alerts';
import { LOG_EVENTS } from '@aio/catalog/logs/log-events';
import { readQueries, unknownNames } from './read-page.ts';

const LOG_EVENT_NAMES = new Set<string>(Object.values(LOG_EVENTS).map(([name]) => name));
const folder = resolve(import.meta.dirname, '../../runbooks');
const pages = readdirSync(folder).filter((file) => file.endsWith('.md') && file !== 'README.md');
const alerts = Object.values(listAlerts()).flat();
const names = [...new Set(alerts.map(({ name }) => name))];

test('every alert has a page, and every page an alert', () => {
  assert.deepEqual(pages.toSorted(), names.map((name) => runbookFile({ name })).toSorted());
});

describe('a page', () => {
  for (const name of names) {
    test(runbookFile({ name }), () => {
      const page = readFileSync(join(folder, runbookFile({ name })), 'utf8');
      assert.equal(page.split('\n', 1)[0], `# ${name}`);
      assert.match(page, /^## See it$/m);
      assert.match(page, /^## What to do/m);
      const queries = readQueries(page);
      assert.ok(queries.length > 0, 'a query to run');
      for (const query of queries) assert.deepEqual(unknownNames(query), [], query);
      for (const [, event] of page.matchAll(/\| grep ([^\s<]+)/g))
        assert.ok(LOG_EVENT_NAMES.has(event as string), `event ${event}`);
      for (const alert of alerts) {
        if (alert.name !== name) continue;
        assert.ok(
          page.includes(`"${alert.panel.title}"`) || name === 'Watchdog',
          'names its panel',
        );
      }
      for (const [, link] of page.matchAll(/\]\(([a-z-]+\.md)\)/g)) {
        assert.ok(pages.includes(link as string), `link to ${link}`);
      }
    });
  }
});

test('finds unknown names', () => {
  const known = 'sum by (kind) (rate(aio_step_retries_total{kind="llm"}[5m])) > 1e3';
  assert.deepEqual(unknownNames(known), []);
  assert.deepEqual(unknownNames('sum(rate(aio_step_retry_total[5m])) / up'), [
    'aio_step_retry_total',
  ]);
  assert.deepEqual(unknownNames('aio_stuck_runs{raeson="overdue"}'), ['aio_stuck_runs{raeson}']);
  assert.deepEqual(unknownNames('a and on (job) up or slo:events:rate1m'), ['a']);
});
