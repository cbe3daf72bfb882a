import { ATTRIBUTES } from '@aio/catalog/attributes';
import { SPANS } from '@aio/catalog/spans';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkSpans, type SeenSpan } from './check-spans.ts';

/** One span of each kind, with all its attributes. */
const all = (): SeenSpan[] =>
  Object.values(SPANS).map(({ name, kind, attributes }) => ({
    name: name.replaceAll(/\{\w+\}/g, 'x'),
    kind,
    attributes: Object.fromEntries(attributes.map((attribute) => [attribute, 1])),
  }));

test('spans that are as the catalogue has them are no gap', () => {
  assert.deepEqual(checkSpans(all()), []);
});

test('a span that was not seen, and an attribute that is never set, are named', () => {
  const spans = all().filter(({ name }) => name !== 'wait x');
  delete spans.find(({ name }) => name === 'run x')!.attributes[ATTRIBUTES.runRetryOf];
  assert.deepEqual(checkSpans(spans), [
    'span "run {workflow}" never has aio.run.retry_of',
    'span "wait {kind}" was not seen',
  ]);
});

test('a request that no route takes is called by its method', () => {
  const span: SeenSpan = { name: 'GET', kind: 'server', attributes: {} };
  assert.deepEqual(checkSpans([...all(), span]), []);
});

test('a span and an attribute that are not in the catalogue are named once', () => {
  const unknown: SeenSpan = { name: 'tidy x', kind: 'internal', attributes: {} };
  const more = all();
  for (const span of more)
    if (span.name === 'x' && span.attributes[ATTRIBUTES.urlFull]) span.attributes['url.port'] = 1;
  assert.deepEqual(checkSpans([unknown, unknown, ...more, ...more]), [
    'span "tidy x" (internal) is not in the catalogue',
    'span "{method}" has url.port, which the catalogue does not name',
  ]);
});

test('what the load does not bring about may be missing, and no more than that', () => {
  const spans = all();
  delete spans.find(({ name }) => name === 'send x')!.attributes[ATTRIBUTES.errorType];
  assert.deepEqual(checkSpans(spans), []);
  assert.deepEqual(checkSpans(spans, {}), ['span "send {queue}" never has error.type']);
});
