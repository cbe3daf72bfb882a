import { SPANS } from '@aio/catalog/traces/spans';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REQUIRED_OF_RESOURCE } from '@aio/catalog/traces/span-rules';
import { checkResources } from './check-telemetry.ts';
import { checkLogRecords, EXCUSED_LOGS } from './logs/check-log-records.ts';
import { checkPlaces } from './spans/check-places.ts';
import { checkSpans, EXCUSED_SPANS } from './spans/check-spans.ts';

const resource = Object.fromEntries(REQUIRED_OF_RESOURCE.map((name) => [name, 'x']));

test('a process without the SDK version is listed once', () => {
  assert.deepEqual(checkResources([{ resource }]).faults, []);
  const { 'telemetry.sdk.version': _, ...lacking } = resource;
  assert.deepEqual(checkResources([{ resource }, { resource: lacking }, { resource: lacking }]), {
    faults: ['x exports without telemetry.sdk.version'],
    excused: [],
  });
});

test('everything excused is in the catalogue', () => {
  const lines = new Set([
    ...checkSpans([], {}).faults,
    ...checkPlaces([], {}).faults,
    ...checkLogRecords([], new Set(), {}).faults,
    ...Object.values(SPANS).flatMap(({ name, attributes }) =>
      attributes.map((attribute) => `span "${name}" never has ${attribute}`),
    ),
  ]);
  for (const excused of [...Object.keys(EXCUSED_SPANS), ...Object.keys(EXCUSED_LOGS)])
    assert.ok(lines.has(excused), excused);
});
