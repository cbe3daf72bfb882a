import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCommandStats } from './meter.ts';

test('Lua calls include eval; commands without calls are 0', () => {
  const info = [
    '# Commandstats',
    'cmdstat_evalsha:calls=12,usec=99,usec_per_call=8.25,rejected_calls=0,failed_calls=0',
    'cmdstat_eval:calls=3,usec=9,usec_per_call=3.00,rejected_calls=0,failed_calls=0',
    'cmdstat_spublish:calls=7,usec=9,usec_per_call=3.00,rejected_calls=0,failed_calls=0',
  ].join('\r\n');
  assert.deepEqual(parseCommandStats(info), { luaCalls: 15, publishes: 0 });
});
