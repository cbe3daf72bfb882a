import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { panelId } from '@aio/catalog/boards';
import { LOG_FILES, panelsOf } from './generated-boards.ts';

test('a board of logs exists', () => {
  const files = LOG_FILES.map(({ file }) => file);
  assert.deepEqual(files, ['aio-logs.json']);
});

for (const { file, board } of LOG_FILES) {
  describe(file, () => {
    const panels = panelsOf(board);

    test('queries the chosen Loki and has a variable for the run', () => {
      assert.deepEqual(
        board.templating.list.map(({ name, type }) => [name, type]),
        [
          ['loki', 'datasource'],
          ['run', 'textbox'],
          ['jaeger', 'constant'],
        ],
      );
      for (const { datasource, title } of panels)
        assert.deepEqual(datasource, { type: 'loki', uid: '${loki}' }, title);
    });

    for (const { id, title, description, type, targets = [], fieldConfig } of panels) {
      test(`${title}: has description, unit, legends and the number of its title`, () => {
        assert.match(description ?? '', /\w.*\.$/);
        assert.ok(fieldConfig?.defaults.unit);
        assert.equal(id, panelId('aio-logs', title));
        assert.ok(targets.length > 0);
        for (const { expr, legendFormat } of targets) {
          assert.match(expr, /\{service_name=~"aio-\.\+"\}/);
          assert.equal(legendFormat === '', type === 'logs');
        }
      });
    }

    test('counts over the interval of a point, or over the whole range', () => {
      const ranges = panels
        .flatMap(({ targets = [] }) => targets)
        .flatMap(({ expr }) => [...expr.matchAll(/\[(.+?)\]/g)].map(([, range]) => range));
      assert.deepEqual(new Set(ranges), new Set(['$__range', '$__interval']));
    });

    test('shows the rate by level and service, the most frequent errors, and the lines of a run', () => {
      const exprs = panels.flatMap(({ targets = [] }) => targets).map(({ expr }) => expr);
      assert.ok(
        exprs.some((expr) => expr.startsWith('sum by (service_name, severity_text) (rate(')),
      );
      assert.ok(exprs.some((expr) => expr.startsWith('topk(10, sum by (event_name, error_type)')));
      assert.ok(exprs.includes('{service_name=~"aio-.+"} | aio_run_id="$run" | aio_run_id!=""'));
    });
  });
}
