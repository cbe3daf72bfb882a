import { ATTRIBUTES } from '@aio/catalog/traces/attributes';
import { SPANS } from '@aio/catalog/traces/spans';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkSpans, type SeenSpan } from './check-spans.ts';
import { exampleOf } from './check-value.ts';

/** One span of each kind, with all attributes. */
const all = (): SeenSpan[] =>
  Object.values(SPANS).map(({ name, kind, attributes }) => ({
    name: name.replaceAll(/\{\w+\}/g, 'x'),
    kind,
    status: 'unset',
    attributes: Object.fromEntries(
      attributes.map((attribute) => [attribute, exampleOf(attribute)]),
    ),
  }));

const faultsOf = (spans: readonly SeenSpan[], excuses?: Parameters<typeof checkSpans>[1]) =>
  checkSpans(spans, excuses).faults;

test('spans that match the catalogue are no gap', () => {
  assert.deepEqual(checkSpans(all()), { faults: [], excused: [] });
});

test('an unseen span and a never set attribute are faults', () => {
  const spans = all().filter(({ name }) => name !== 'wait x');
  delete spans.find(({ name }) => name === 'run x')!.attributes[ATTRIBUTES.runRetryOf];
  assert.deepEqual(faultsOf(spans), [
    'span "run {workflow}" never has aio.run.retry_of',
    'span "wait {kind}" was not seen',
  ]);
});

test('every span needs its required attributes', () => {
  const spans = all();
  const more = structuredClone(spans.find(({ name }) => name === 'run x')!);
  delete more.attributes[ATTRIBUTES.runStatus];
  assert.deepEqual(faultsOf([...spans, more]), [
    'span "run x" lacks aio.run.status, which is required',
  ]);
});

test('a value of another type, or none of the listed ones, is a fault', () => {
  const spans = all();
  const run = structuredClone(spans.find(({ name }) => name === 'run x')!);
  run.attributes[ATTRIBUTES.runStatus] = 'exploded';
  assert.deepEqual(faultsOf([...spans, run]), [
    'span "run {workflow}" has aio.run.status = "exploded", not one of succeeded, failed, cancelled',
  ]);
});

test('a failed span needs error.type', () => {
  const spans = all();
  const failed = structuredClone(spans.find(({ name }) => name === 'run x')!);
  delete failed.attributes[ATTRIBUTES.errorType];
  assert.deepEqual(faultsOf([...spans, { ...failed, status: 'error' }]), [
    'span "run x" failed without error.type',
  ]);
});

test('a request without a route is named after its method', () => {
  const request = all().find(({ kind }) => kind === 'server')!;
  assert.deepEqual(faultsOf([...all(), { ...request, name: 'GET' }]), []);
});

test('an unknown span and an unknown attribute are listed once', () => {
  const unknown: SeenSpan = { name: 'tidy x', kind: 'internal', status: 'unset', attributes: {} };
  const more = all();
  for (const span of more)
    if (span.name === 'x' && span.attributes[ATTRIBUTES.urlFull]) span.attributes['url.port'] = 1;
  assert.deepEqual(faultsOf([unknown, unknown, ...more, ...more]), [
    'span "tidy x" (internal) is not in the catalogue',
    'span "{method}" has url.port, which the catalogue does not list',
  ]);
});

test('an excused span may be missing and is listed with its reason', () => {
  const spans = all();
  delete spans.find(({ name }) => name === 'send x')!.attributes[ATTRIBUTES.errorType];
  const missing = 'span "send {queue}" never has error.type';
  assert.deepEqual(checkSpans(spans), { faults: [], excused: [`${missing} (drill faults)`] });
  assert.deepEqual(faultsOf(spans, {}), [missing]);
});
