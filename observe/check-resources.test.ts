import { REQUIRED_OF_RESOURCE } from '@aio/catalog/span-rules';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkResources } from './check-resources.ts';

const resource = Object.fromEntries(REQUIRED_OF_RESOURCE.map((name) => [name, 'x']));

test('a process without the SDK version is listed once', () => {
  assert.deepEqual(checkResources([{ resource }]).faults, []);
  const { 'telemetry.sdk.version': _, ...lacking } = resource;
  assert.deepEqual(checkResources([{ resource }, { resource: lacking }, { resource: lacking }]), {
    faults: ['x exports without telemetry.sdk.version'],
    excused: [],
  });
});
