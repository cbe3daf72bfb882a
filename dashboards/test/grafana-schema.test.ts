import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { acceptsQueries, withPromtool } from '@aio/catalog/testing/programs';
import { parse } from 'yaml';
import { checksOf, findFaults } from '../testing/grafana-types.ts';
import { BOARD_FILES, panelsOf } from './generated-boards.ts';

const PROVISIONING = resolve(
  import.meta.dirname,
  '../../observability/config/grafana/provisioning/datasources/datasources.yml',
);
test('boards, the options of their panels and data sources match the types of Grafana', () => {
  const { datasources } = parse(readFileSync(PROVISIONING, 'utf8')) as { datasources: unknown[] };
  const boards = BOARD_FILES.flatMap(({ board }) => checksOf(board));
  assert.deepEqual(findFaults([...boards, { type: 'DataSource[]', value: datasources }]), []);
});

test('finds a word that Grafana does not know, in a board and in panel options', () => {
  const [{ board } = assert.fail('no boards')] = BOARD_FILES;
  const [panel = assert.fail('no panels')] = panelsOf(board);
  const thresholds = { mode: 'absolutely', steps: [] };
  const wrong = { options: { colorMode: 'loud' }, fieldConfig: { defaults: { thresholds } } };
  const faults = findFaults(checksOf({ ...board, panels: [{ ...panel, ...wrong }] })).join('\n');
  for (const word of [/"loud"/, /"absolutely"/]) assert.match(faults, word);
});

test('Prometheus takes every query of every board', withPromtool, (t) => {
  const queries = BOARD_FILES.flatMap(({ board }) => panelsOf(board))
    .flatMap(({ targets = [] }) => targets)
    .map(({ expr }) =>
      expr
        .replaceAll('$__rate_interval', '1m')
        .replaceAll('$__range', '30m')
        .replaceAll('$__interval', '15s'),
    );
  acceptsQueries(t, queries);
});
