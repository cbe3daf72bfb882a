import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_DIALS, DialError, turnDials } from './dials.ts';
import { drawFault } from './draw.ts';

test('faults come at their rates, and the same request gets the same fault', () => {
  const dials = turnDials(DEFAULT_DIALS, { faults: { rateLimit: 0.2, hang: 0.1 } });
  const drawn = Array.from({ length: 2000 }, (_, index) => drawFault(dials, `request ${index}`, 1));
  const share = (kind: string | null) => drawn.filter((fault) => fault === kind).length / 2000;
  assert.ok(Math.abs(share('rateLimit') - 0.2) < 0.03, `rateLimit ${share('rateLimit')}`);
  assert.ok(Math.abs(share('hang') - 0.1) < 0.03, `hang ${share('hang')}`);
  assert.equal(drawFault(dials, 'request 7', 1), drawn[7]);
});

test('a retry draws again, and another seed draws differently', () => {
  const dials = turnDials(DEFAULT_DIALS, { faults: { reset: 0.5 } });
  const other = turnDials(dials, { seed: 2 });
  const draws = (of: typeof dials) =>
    Array.from({ length: 40 }, (_, nth) => drawFault(of, 'one request', nth + 1));
  assert.ok(draws(dials).includes('reset') && draws(dials).includes(null));
  assert.notDeepEqual(draws(dials), draws(other));
});

test('faultyCalls limits faults to the first calls', () => {
  const dials = turnDials(DEFAULT_DIALS, { faults: { hang: 1 }, faultyCalls: 2 });
  const drawn = [1, 2, 3, 4].map((nth) => drawFault(dials, 'one request', nth));
  assert.deepEqual(drawn, ['hang', 'hang', null, null]);
  const any = turnDials(dials, { faultyCalls: null });
  assert.equal(drawFault(any, 'one request', 4), 'hang');
});

test('an error names the wrong dial', () => {
  assert.throws(() => turnDials(DEFAULT_DIALS, { latency: 5 }), /unknown dial latency/);
  assert.throws(() => turnDials(DEFAULT_DIALS, { faults: { hang: 2 } }), /faults\.hang/);
  assert.throws(() => turnDials(DEFAULT_DIALS, { faults: { typo: 1 } }), DialError);
  assert.throws(() => turnDials(DEFAULT_DIALS, { tokenMs: -1 }), /tokenMs/);
});
