import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { type BoardFile, PANEL_TYPES, readPanel, readRows } from './board.ts';
import { CALC_NAMES } from './series.ts';
import { describeValue } from './describe.ts';
import { strokeOf } from './colors.ts';

const GENERATED = resolve(import.meta.dirname, '../../../../dashboards/generated');
const boards = readdirSync(GENERATED).map(
  (file) => JSON.parse(readFileSync(join(GENERATED, file), 'utf8')) as BoardFile,
);
const panels = boards.flatMap(readRows).flatMap((row) => row.panels);

test('the UI draws every panel of every board', () => {
  assert.deepEqual(new Set(panels.map(({ type }) => type)), new Set(PANEL_TYPES));
});

test('an unknown kind is an error that names the panel', () => {
  const pie = { id: 1, type: 'piechart', title: 'Pie', gridPos: { x: 0, y: 0, w: 4, h: 4 } };
  assert.throws(() => readPanel(pie), /Pie: no renderer for piechart/);
});

test('the UI knows every option that the boards use', () => {
  for (const { title, options, defaults, overrides, ...panel } of panels) {
    for (const calc of options?.legend?.calcs ?? [])
      assert.ok(CALC_NAMES.includes(calc), `${title}: ${calc}`);
    assert.ok(['normal', undefined].includes(defaults.custom?.stacking?.mode), title);
    assert.ok(['linear', 'log', undefined].includes(defaults.custom?.scaleDistribution?.type));
    assert.ok(['dashed', undefined].includes(defaults.custom?.thresholdsStyle?.mode), title);
    for (const { type, options: mapping } of defaults.mappings ?? [])
      assert.deepEqual([type, mapping.match], ['special', 'null+nan'], title);
    for (const { matcher, properties } of overrides) {
      assert.equal(matcher.id, 'byName', title);
      for (const { id } of properties)
        assert.ok(['color', 'custom.lineStyle'].includes(id), `${title}: ${id}`);
    }
    for (const value of [null, 0, 1, 1e6])
      describeValue({ defaults, unit: panel.unit, thresholds: panel.thresholds }, value);
  }
});

test('series of a panel differ by more than colour', () => {
  const latency = panels.find(({ title }) => title === 'Latency')!;
  const strokes = ['P50', 'P95', 'P99'].map((name, index) => strokeOf(latency, name, index));
  assert.deepEqual(pluck(strokes, 'color'), ['#56B4E9', '#E69F00', '#D55E00']);
  assert.equal(new Set(strokes.map(({ dash }) => dash.join())).size, 3);
  const plain = { overrides: [], defaults: {} };
  const many = Array.from({ length: 35 }, (_, index) => strokeOf(plain, String(index), index));
  assert.equal(new Set(many.map((stroke) => JSON.stringify(stroke))).size, 35);
  assert.notEqual(many[0]!.dash.join(), many[1]!.dash.join());
});
