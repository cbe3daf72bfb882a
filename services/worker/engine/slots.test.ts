import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SlotRequest, Slots } from './slots.ts';
import { createSlots } from './slots.ts';

/** Asks by name, and notes who was started. */
function createAsker(slots: Slots) {
  const started: string[] = [];
  const requests = new Map<string, SlotRequest>();
  function make(name: string, options: Partial<SlotRequest> = {}): SlotRequest {
    const request: SlotRequest = {
      workflowId: 'w',
      lane: 'http',
      alone: false,
      start: () => started.push(name),
      ...options,
    };
    requests.set(name, request);
    return request;
  }
  const ask = (name: string, options?: Partial<SlotRequest>) => slots.request(make(name, options));
  return { started, make, ask, of: (name: string) => requests.get(name)! };
}

/** Three slots, of which the lane `llm` may use so many. */
function createWithLimit(llm: number): Slots {
  const lanes = new Map([
    ['http', null],
    ['llm', llm],
  ]);
  return createSlots({ total: 3, lanes });
}

describe('slots', () => {
  it('starts requests at once while slots are free, the rest as they are given back', () => {
    const slots = createSlots({ total: 2, lanes: null });
    const { ask, started, of } = createAsker(slots);
    const answers = ['a', 'b', 'c'].map((name) => ask(name));
    assert.deepEqual(answers, [true, true, false]);
    assert.deepEqual(started, ['a', 'b']);
    slots.release(of('a'));
    assert.deepEqual(started, ['a', 'b', 'c']);
    assert.equal(slots.used(), 2);
  });

  it('goes round robin over workflows, so that a long queue keeps nobody waiting', () => {
    const slots = createSlots({ total: 1, lanes: null });
    const { ask, started, of } = createAsker(slots);
    ask('first', { workflowId: 'other' });
    // It holds nothing, so it may go beyond the total.
    assert.equal(ask('busy', { workflowId: 'busy' }), true);
    for (const name of ['busy-1', 'busy-2', 'busy-3']) ask(name, { workflowId: 'busy' });
    ask('quiet-1', { workflowId: 'quiet' });
    slots.release(of('first'));
    assert.deepEqual(started.slice(2), ['quiet-1']);
    slots.release(of('quiet-1'));
    slots.release(of('busy'));
    slots.release(of('busy-1'));
    assert.deepEqual(started, ['first', 'busy', 'quiet-1', 'busy-1', 'busy-2']);
  });

  it('keeps an eighth for workflows that hold none', () => {
    const slots = createSlots({ total: 8, lanes: null });
    const { ask, started } = createAsker(slots);
    for (let n = 0; n < 20; n++) ask(`busy-${n}`, { workflowId: 'busy' });
    assert.equal(started.length, 8);
    assert.equal(ask('new', { workflowId: 'new' }), true);
    assert.equal(ask('newer', { workflowId: 'newer' }), false);
    assert.equal(slots.free('http'), 0);
  });

  it('goes round robin over lanes, each within its limit', () => {
    const slots = createWithLimit(1);
    const { ask, started, of } = createAsker(slots);
    assert.equal(ask('llm-1', { lane: 'llm' }), true);
    assert.equal(ask('llm-2', { lane: 'llm' }), false);
    assert.equal(slots.free('llm'), 0);
    assert.equal(slots.free('http'), 2);
    ask('http-1');
    ask('http-2');
    ask('http-3');
    slots.release(of('http-1'));
    assert.deepEqual(started, ['llm-1', 'http-1', 'http-2', 'http-3']);
    slots.release(of('llm-1'));
    assert.equal(started.at(-1), 'llm-2');
  });

  it('starts nothing of a lane that is not served, and gives what waits away', () => {
    const slots = createSlots({ total: 3, lanes: new Map([['http', null]]) });
    const { ask, started, of } = createAsker(slots);
    for (const name of ['a', 'b'])
      assert.equal(ask(name, { lane: 'llm', alone: name === 'b' }), false);
    assert.deepEqual(slots.waiting('llm'), [of('b'), of('a')]);
    assert.equal(ask('c'), true);
    assert.equal(slots.withdraw(of('a')), true);
    assert.equal(slots.withdraw(of('a')), false);
    assert.deepEqual(started, ['c']);
  });

  it('lets one run alone when the others have ended, and holds the rest back', () => {
    const slots = createSlots({ total: 4, lanes: null });
    const { ask, started, of } = createAsker(slots);
    ask('a');
    assert.equal(ask('suspect', { alone: true }), false);
    assert.equal(ask('b'), false);
    slots.release(of('a'));
    assert.deepEqual(started, ['a', 'suspect']);
    assert.equal(slots.free('http'), 0);
    slots.release(of('suspect'));
    assert.deepEqual(started, ['a', 'suspect', 'b']);
  });

  it('forgets a request that was withdrawn', () => {
    const slots = createSlots({ total: 1, lanes: null });
    const { ask, started, of } = createAsker(slots);
    ask('first');
    ask('second');
    slots.withdraw(of('second'));
    slots.release(of('first'));
    assert.deepEqual(started, ['first']);
    assert.equal(slots.used(), 0);
    assert.equal(slots.isAnyWaiting(), false);
  });

  it('keeps slots for what is being fetched, which starts whatever came meanwhile', () => {
    const slots = createWithLimit(2);
    const { make, ask, started, of } = createAsker(slots);
    const kept = slots.keep(['http', 'llm'], 2);
    assert.equal(slots.used(), 0);
    assert.deepEqual([slots.free('http'), slots.free('llm')], [1, 0]);
    assert.equal(ask('a'), true);
    assert.equal(ask('b'), false);
    slots.hold(new Set(['llm']));
    kept.start(make('fetched', { lane: 'llm' }));
    assert.deepEqual(started, ['a', 'fetched']);
    kept.release();
    assert.deepEqual(started, ['a', 'fetched', 'b']);
    assert.equal(slots.used(), 3);
    slots.hold(new Set());
    for (const name of ['a', 'b', 'fetched']) slots.release(of(name));
    assert.deepEqual([slots.used(), slots.free('http'), slots.free('llm')], [0, 3, 2]);
  });

  it('starts what has begun before all that waits, in the lane that has room', () => {
    const slots = createWithLimit(1);
    const { ask, started, of } = createAsker(slots);
    for (const name of ['a', 'b']) ask(name);
    ask('llm', { lane: 'llm' });
    ask('early-llm', { lane: 'llm', begun: true });
    assert.equal(slots.isAnyWaiting(), false);
    ask('c', { workflowId: 'other' });
    ask('d', { workflowId: 'other' });
    ask('early', { begun: true });
    assert.equal(slots.isAnyWaiting(), true);
    slots.release(of('a'));
    slots.release(of('b'));
    slots.release(of('llm'));
    assert.deepEqual(started, ['a', 'b', 'llm', 'c', 'early', 'early-llm']);
    assert.equal(slots.withdraw(of('d')), true);
    assert.equal(slots.isAnyWaiting(), false);
  });

  it('forgets what has begun and was withdrawn', () => {
    const slots = createSlots({ total: 1, lanes: null });
    const { ask, started, of } = createAsker(slots);
    ask('first');
    assert.equal(ask('early', { begun: true }), false);
    assert.equal(slots.withdraw(of('early')), true);
    slots.release(of('first'));
    assert.deepEqual(started, ['first']);
  });

  it('grants nothing of a lane that is held, and nothing at all when it stops', () => {
    const slots = createSlots({ total: 2, lanes: null });
    const { ask, started } = createAsker(slots);
    slots.hold(new Set(['http']));
    assert.equal(ask('a'), false);
    assert.equal(ask('b', { lane: 'llm' }), true);
    slots.hold(new Set());
    assert.deepEqual(started, ['b', 'a']);
    slots.hold('all');
    assert.equal(ask('c', { lane: 'llm' }), false);
  });

  it('starts a long queue of requests that give their slots back at once', () => {
    const slots = createSlots({ total: 1, lanes: null });
    const { ask, of } = createAsker(slots);
    ask('first');
    let started = 0;
    for (let n = 0; n < 50_000; n++) {
      ask(`${n}`, {
        start() {
          started++;
          slots.release(of(`${n}`));
        },
      });
    }
    slots.release(of('first'));
    assert.equal(started, 50_000);
    assert.equal(slots.used(), 0);
  });
});
