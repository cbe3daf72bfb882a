import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGate } from './gate.ts';

describe('the gate of an executor', () => {
  it('lets all enter beside each other that need not be alone', async () => {
    const gate = createGate();
    const leaves = await Promise.all([gate.enter(false), gate.enter(false)]);
    for (const leave of leaves) leave();
  });

  it('keeps one apart that must be alone, from those before it and those after it', async () => {
    const gate = createGate();
    const order: string[] = [];
    const enter = async (name: string, alone: boolean) => {
      const leave = await gate.enter(alone);
      order.push(name);
      return leave;
    };
    const before = await enter('before', false);
    const alone = enter('alone', true);
    const after = enter('after', false);
    await nextTurn();
    assert.deepEqual(order, ['before']);
    before();
    const leave = await alone;
    await nextTurn();
    assert.deepEqual(order, ['before', 'alone']);
    leave();
    (await after)();
    assert.deepEqual(order, ['before', 'alone', 'after']);
  });

  it('lets several that must be alone in one after the other', async () => {
    const gate = createGate();
    const first = await gate.enter(true);
    let isIn = false;
    const second = gate.enter(true).then((leave) => {
      isIn = true;
      return leave;
    });
    await nextTurn();
    assert.equal(isIn, false);
    first();
    (await second)();
    (await gate.enter(false))();
  });

  it('lets those that wait for one that is alone wait for the next as well', async () => {
    const gate = createGate();
    const first = await gate.enter(true);
    let isIn = false;
    const other = gate.enter(false).then((leave) => {
      isIn = true;
      return leave;
    });
    const second = gate.enter(true);
    first();
    const leave = await second;
    await nextTurn();
    assert.equal(isIn, false);
    leave();
    (await other)();
  });
});
