import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleGame, sampleFaults } from '../../../api/testing/sample-game.ts';
import { compare, placeEvents, spanOfGame } from './line.ts';

const { promise } = sampleFaults()[0]!;
const event = (kind: 'fault' | 'firing' | 'resolved', seconds: number, what = 'NoWorkerUp') => ({
  kind,
  at: seconds * 1000,
  seconds,
  what,
});

test('events lie on one axis, which ends a little after the last one', () => {
  const line = [event('fault', 0), event('firing', 60), event('firing', 70, 'RunsFailing')];
  const game = sampleGame({ state: 'ended', line, wrong: ['RunsFailing'] });
  const { events, ticks, now } = placeEvents(game, promise, 0);
  const places = events.map(({ percent, isWrong, promised }) => [
    Math.round(percent),
    isWrong,
    promised,
  ]);
  assert.deepEqual(places, [
    [0, false, null],
    [82, false, 120],
    [95, true, null],
  ]);
  assert.deepEqual(
    ticks.map(({ seconds }) => seconds),
    [0, 30, 60],
  );
  assert.equal(now, null);
});

test('the axis grows with time while the game is under way', () => {
  const game = sampleGame({ line: [event('fault', 0)], brokenAt: 1000 });
  assert.equal(Math.round(placeEvents(game, null, 101_000).now!), 95);
  assert.equal(placeEvents(game, null, 1000).now, 0);
  assert.equal(
    placeEvents({ ...game, brokenAt: null, line: [] }, null, 9).ticks.at(-1)?.percent,
    (20 / 21) * 100,
  );
});

test('a promised alert is in time, late or missing', () => {
  const results = (line: ReturnType<typeof event>[]) =>
    compare(promise, line).map(({ result, firing }) => [result, firing]);
  assert.deepEqual(results([event('firing', 120)]), [['kept', 120]]);
  assert.deepEqual(results([event('firing', 121)]), [['late', 121]]);
  assert.deepEqual(results([event('resolved', 5)]), [['missing', null]]);
});

test('panels end two minutes after the game, and never in the future', () => {
  const game = sampleGame({ state: 'ended', startedAt: 0, line: [event('resolved', 60)] });
  const endAt = (seconds: number) =>
    Date.parse(spanOfGame(game, new Date(seconds * 1000).toISOString()).to) / 1000;
  assert.deepEqual([endAt(90), endAt(3600)], [90, 180]);
});
