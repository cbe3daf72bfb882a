import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChecks } from '../drills/kit/checks.ts';
import { fitSlope, judgeGrowth } from './growth.ts';
import type { Series } from './samples.ts';

/** Four hours, one sample a minute, with a wave of a few megabytes as from garbage collections. */
function grow(perHour: number, warmUp = 0): Series {
  return Array.from({ length: 240 }, (_, minute) => {
    const hours = minute / 60;
    const wave = 3 * Math.sin(minute * 1.7) + 2 * Math.sin(minute * 0.31);
    return [hours, 150 + perHour * hours + wave - warmUp * Math.exp(-hours * 10)] as const;
  });
}

const flat: Series = grow(0).map(([hours]) => [hours, 30]);

function missesOf(measured: { memory?: Series; heap?: Series; connections?: Series }): string {
  const checks = createChecks();
  const samples = {
    memory: new Map([['worker-1', measured.memory ?? flat]]),
    heap: new Map([['worker-1', measured.heap ?? flat]]),
    connections: new Map([['PostgreSQL', measured.connections ?? flat]]),
  };
  judgeGrowth(samples, 0.5, checks);
  return checks.result().misses.join();
}

test('finds the slope of a line despite noise', () => {
  const { slope, margin } = fitSlope(grow(5));
  assert.ok(Math.abs(slope - 5) < margin && margin < 1, `${slope} ± ${margin}`);
  assert.equal(fitSlope([[0, 1]]).margin, Infinity);
});

test('constant memory after the warm-up passes, a leak does not', () => {
  assert.equal(missesOf({ heap: grow(0, 80) }), '');
  assert.match(missesOf({ heap: grow(4) }), /worker-1 heap .* growing by [34]\./);
  const leaking: Series = grow(0).map(([hours]) => [hours, 30 + Math.floor(3 * hours)]);
  assert.match(missesOf({ connections: leaking }), /PostgreSQL connections/);
});

test('resident memory may level off, but not rise all the time', () => {
  assert.equal(missesOf({ memory: grow(0, 300) }), '');
  assert.match(missesOf({ memory: grow(6) }), /worker-1 resident memory peaks at 167 MB .* 178 MB/);
});
