import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGate } from './gate.ts';

describe('the gate of an executor', () => {
  it('lets steps that need no isolation run together', async () => {
    const gate = createGate();
    const leaves = await Promise.all([gate.enter(false), gate.enter(false)]);
    for (const leave of leaves) leave();
  });

  it('isolates a step from those before and after it', async () => {
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

  it('runs isolated steps one after the other', async () => {
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

  it('makes steps that wait for an isolated step wait for the next one, too', async () => {
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
