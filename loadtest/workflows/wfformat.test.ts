import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readWfInstance, toStepId } from './wfformat.ts';

interface TaskOf {
  id: string;
  parents?: string[];
  runtimeInSeconds?: unknown;
}

function instanceOf(tasks: TaskOf[], schemaVersion = '1.5') {
  const execution = tasks.map(({ id, runtimeInSeconds = 1.5 }) => ({ id, runtimeInSeconds }));
  const workflow = { specification: { tasks }, execution: { tasks: execution } };
  return { name: 'sample', schemaVersion, workflow };
}

test('reads tasks with parents and times in milliseconds', () => {
  const instance = readWfInstance(
    instanceOf([{ id: 'a' }, { id: 'b', parents: ['a', 'a'], runtimeInSeconds: 0.25 }]),
  );
  assert.deepEqual(instance, {
    name: 'sample',
    tasks: [
      { id: 'a', parents: [], runtimeMs: 1500 },
      { id: 'b', parents: ['a'], runtimeMs: 250 },
    ],
  });
});

test('rejects another version of the format', () => {
  const other = instanceOf([{ id: 'a' }], '1.4');
  assert.throws(() => readWfInstance(other), /schemaVersion is "1\.4", expected "1\.5"/);
});

test('rejects duplicate tasks and invalid times', () => {
  const twice = instanceOf([{ id: 'a' }, { id: 'a' }]);
  assert.throws(() => readWfInstance(twice), /duplicate task a/);
  for (const runtimeInSeconds of ['1', -1, null]) {
    const untimed = instanceOf([{ id: 'b', runtimeInSeconds }]);
    assert.throws(() => readWfInstance(untimed), /task b has an invalid runtimeInSeconds/);
  }
  const unfinished = instanceOf([{ id: 'a' }, { id: 'b' }]);
  unfinished.workflow.execution.tasks.pop();
  assert.throws(
    () => readWfInstance(unfinished),
    /task b has an invalid runtimeInSeconds: undefined/,
  );
});

const STEP_ID = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

test('a valid step id stays as it is', () => {
  assert.equal(toStepId('mProject_ID0000001'), 'mProject_ID0000001');
});

test('any other text becomes a unique step id', () => {
  const long = 'x'.repeat(71);
  const texts = ['a-b', 'a.b', 'a b', 'a_b', '1st', '', 'ä', long, `${long}y`, `${long}z`];
  const ids = texts.map(toStepId);
  for (const id of ids) assert.match(id, STEP_ID);
  assert.equal(new Set(ids).size, texts.length);
  assert.deepEqual(texts.map(toStepId), ids);
});
