import * as fc from 'fast-check';
import type { Operation } from '../../http/open-api.ts';
import { bodyTypeOf } from './bodies.ts';
import type { FuzzOperation, FuzzRequest } from './requests.ts';

/** Changes one part of a request. The result may still be valid: only the document's schemas can tell. */
export function breakRequests(
  operation: FuzzOperation,
  valid: fc.Arbitrary<FuzzRequest>,
): fc.Arbitrary<FuzzRequest> {
  const { parameters = [], requestBody } = operation.operation;
  const kinds = [
    breakQuery(),
    ...parameters.filter(({ in: place }) => place === 'path').map(({ name }) => breakPath(name)),
    ...parameters.filter(({ in: place }) => place === 'query').map(({ name }) => breakValue(name)),
    ...parameters
      .filter(({ in: place }) => place === 'header')
      .map(({ name }) => breakHeader(name)),
    ...(requestBody === undefined ? [] : [breakText(), breakType(), ...bodyBreaks(requestBody)]),
  ];
  return fc.tuple(valid, fc.oneof(...kinds)).map(([request, change]) => change(request));
}

/** Only JSON, because forms contain only text. */
function bodyBreaks({ content }: NonNullable<Operation['requestBody']>): fc.Arbitrary<Change>[] {
  return bodyTypeOf(content) === 'application/json' ? [breakBody(), breakBody()] : [];
}

type Change = (request: FuzzRequest) => FuzzRequest;

const words = fc.string({ minLength: 1, maxLength: 30, unit: 'binary' }).filter(isSendable);

/** URLs resolve dots, and an unpaired surrogate has no encoding. */
function isSendable(text: string): boolean {
  return !/^\.{1,2}$/.test(text) && text.isWellFormed();
}

function breakPath(name: string): fc.Arbitrary<Change> {
  return words.map((text) => (request) => ({
    ...request,
    path: { ...request.path, [name]: text },
    broken: `path ${name}`,
  }));
}

function breakValue(name: string): fc.Arbitrary<Change> {
  return words.map((text) => (request) => ({
    ...request,
    query: { ...request.query, [name]: text },
    broken: `query ${name}`,
  }));
}

function breakHeader(name: string): fc.Arbitrary<Change> {
  const texts = fc.oneof(fc.constant('x'.repeat(300)), fc.stringMatching(/^[!-~]( ?[!-~]){0,10}$/));
  return texts.map((text) => (request) => ({
    ...request,
    headers: { ...request.headers, [name]: text },
    broken: `header ${name}`,
  }));
}

function breakQuery(): fc.Arbitrary<Change> {
  return fc.stringMatching(/^[a-z_]{1,12}$/).map((name) => (request) => ({
    ...request,
    query: { ...request.query, [`no-${name}`]: '1' },
    broken: 'query unknown',
  }));
}

function breakText(): fc.Arbitrary<Change> {
  return fc
    .oneof(
      fc.constantFrom('', '{', '[1,', '{"a":1}}', 'undefined', "{'a': 1}", '{"__proto__": {}}'),
      fc.constant('['.repeat(5000)),
      words.filter((text) => !isJson(text)),
    )
    .map((text) => (request) => ({
      ...request,
      body: { type: 'application/json', text },
      broken: 'body no JSON',
    }));
}

function breakType(): fc.Arbitrary<Change> {
  return fc
    .constantFrom('text/plain', 'application/xml', 'multipart/form-data', 'application/jsonp')
    .map((type) => (request) => ({
      ...request,
      body: { type, text: request.body?.text ?? '{}' },
      broken: 'body type',
    }));
}

/** Replaces, removes or adds one value of the body. */
function breakBody(): fc.Arbitrary<Change> {
  return fc
    .tuple(fc.nat(), fc.constantFrom('replace', 'remove', 'add'), fc.jsonValue({ maxDepth: 1 }))
    .map(([place, how, value]) => (request) => {
      const body = JSON.parse(request.body?.text ?? '{}') as unknown;
      const text = JSON.stringify(changeAt(body, place, how, value));
      return {
        ...request,
        body: { type: 'application/json', text },
        broken: `body ${how}`,
      };
    });
}

function changeAt(body: unknown, place: number, how: string, value: unknown): unknown {
  const root = { body };
  const places = [...listPlaces(root)];
  const { holder, key } = places[place % places.length]!;
  if (how === 'replace') holder[key] = value;
  else if (how === 'remove' && holder !== root) delete holder[key];
  else if (typeof holder[key] === 'object' && holder[key] !== null)
    (holder[key] as Record<string, unknown>)['nobodyAsked'] = value;
  else holder[key] = value;
  return root.body ?? null;
}

type Holder = Record<string, unknown>;

function* listPlaces(holder: Holder): Generator<{ holder: Holder; key: string }> {
  for (const key of Object.keys(holder)) {
    yield { holder, key };
    if (typeof holder[key] === 'object' && holder[key] !== null)
      yield* listPlaces(holder[key] as Holder);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
