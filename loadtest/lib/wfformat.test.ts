import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readWfInstance, WfFormatError } from './wfformat.ts';

interface TaskOf {
  id?: string;
  parents?: string[];
  children?: string[];
  runtimeInSeconds?: unknown;
}

function instanceOf(tasks: TaskOf[], schemaVersion: unknown = '1.5') {
  return {
    name: 'sample',
    schemaVersion,
    workflow: {
      specification: {
        tasks: tasks.map(({ id, parents = [], children = [] }) => ({ id, parents, children })),
      },
      execution: {
        tasks: tasks.map(({ id, runtimeInSeconds = 1.5 }) => ({ id, runtimeInSeconds })),
      },
    },
  };
}

function faultsOf(document: unknown): readonly string[] {
  try {
    readWfInstance(document);
  } catch (error) {
    assert.ok(error instanceof WfFormatError);
    return error.faults;
  }
  return [];
}

test('tasks come with their parents and their time in milliseconds', () => {
  const instance = readWfInstance(
    instanceOf([
      { id: 'a', children: ['b'] },
      { id: 'b', parents: ['a'], runtimeInSeconds: 0.25 },
    ]),
  );
  assert.deepEqual(instance, {
    name: 'sample',
    tasks: [
      { id: 'a', parents: [], runtimeMs: 1500 },
      { id: 'b', parents: ['a'], runtimeMs: 250 },
    ],
  });
});

test('another version of the format is refused by name', () => {
  assert.deepEqual(faultsOf(instanceOf([{ id: 'a' }], '1.4')), [
    'schemaVersion is "1.4", expected "1.5"',
  ]);
  assert.deepEqual(faultsOf(null), ['schemaVersion is undefined, expected "1.5"']);
});

test('a document without tasks says which list is missing', () => {
  assert.deepEqual(faultsOf({ schemaVersion: '1.5', workflow: {} }), [
    'workflow.specification.tasks is missing or empty',
    'workflow.execution.tasks is missing or empty',
  ]);
});

test('ends of an edge must exist and agree', () => {
  const faults = faultsOf(
    instanceOf([
      { id: 'a', children: ['b', 'ghost'] },
      { id: 'b', parents: ['nobody'] },
      { id: 'c', parents: ['a'] },
    ]),
  );
  assert.deepEqual(faults, [
    'task a has the child b, which does not list it as a parent',
    'task a has the unknown child ghost',
    'task b has the unknown parent nobody',
    'task c has the parent a, which does not list it as a child',
  ]);
});

test('a cycle is shown as its path', () => {
  const faults = faultsOf(
    instanceOf([
      { id: 'start', children: ['a'] },
      { id: 'a', parents: ['start', 'c'], children: ['b'] },
      { id: 'b', parents: ['a'], children: ['c'] },
      { id: 'c', parents: ['b'], children: ['a', 'end'] },
      { id: 'end', parents: ['c'] },
    ]),
  );
  assert.deepEqual(faults, ['tasks wait for each other: a -> c -> b -> a']);
});

test('every task needs one id and one time', () => {
  const faults = faultsOf(
    instanceOf([{ id: 'a' }, { id: 'a' }, {}, { id: 'b', runtimeInSeconds: '1' }]),
  );
  assert.deepEqual(faults, [
    'task a is there twice',
    'specification task 2 has no id',
    'an execution task is named undefined, which is not specified',
    'task b has the runtimeInSeconds "1"',
  ]);
  const unfinished = instanceOf([{ id: 'a', children: [] }, { id: 'b' }]);
  unfinished.workflow.execution.tasks.pop();
  assert.deepEqual(faultsOf(unfinished), ['task b was not executed']);
});
