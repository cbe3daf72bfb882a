import { ATTRIBUTES } from '@aio/catalog/attributes';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REQUIRED_OF_RESOURCE } from '@aio/catalog/span-rules';
import { checkResources, checkValues } from './check-exported.ts';

const faultsOf = (attributes: Record<string, unknown>) => checkValues([{ attributes }]).faults;

test('values of wrong types are faults', () => {
  assert.deepEqual(
    faultsOf({
      [ATTRIBUTES.runId]: 'r1',
      [ATTRIBUTES.stepAttempt]: 2,
      [ATTRIBUTES.queueTimeMs]: 0.5,
      [ATTRIBUTES.idempotencyReplayed]: false,
      [ATTRIBUTES.stepParents]: ['a', 'b'],
      [ATTRIBUTES.errorDetails]: { status: 500 },
      duration_ms: 1.5,
      unknown: null,
    }),
    [],
  );
  assert.deepEqual(
    faultsOf({
      [ATTRIBUTES.runId]: 7,
      [ATTRIBUTES.stepAttempt]: 2.5,
      [ATTRIBUTES.queueTimeMs]: '0.5',
      [ATTRIBUTES.idempotencyReplayed]: 'no',
      [ATTRIBUTES.stepParents]: ['a', 1],
    }),
    [
      'aio.run.id is 7, not of type string',
      'aio.step.attempt is 2.5, not of type int',
      'aio.queue_time_ms is "0.5", not of type double',
      'aio.idempotency.replayed is "no", not of type boolean',
      'aio.step.parents is ["a",1], not of type string[]',
    ],
  );
});

const resource = Object.fromEntries(REQUIRED_OF_RESOURCE.map((name) => [name, 'x']));

test('a process without the SDK version is listed once', () => {
  assert.deepEqual(checkResources([{ resource }]).faults, []);
  const { 'telemetry.sdk.version': _, ...lacking } = resource;
  assert.deepEqual(checkResources([{ resource }, { resource: lacking }, { resource: lacking }]), {
    faults: ['x exports without telemetry.sdk.version'],
    excused: [],
  });
});
