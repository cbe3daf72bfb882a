import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRedactor, NO_SECRETS, REDACTED } from './redact.ts';

const TOKEN = 'tok-3f9+Z/x~Q==';
const ODD = 'pä"ss<w> & \'or\\d/1?';

const base64 = (text: string) => Buffer.from(text).toString('base64');

const spellings: [name: string, spell: (secret: string) => string][] = [
  ['unchanged', (secret) => secret],
  ['in JSON', (secret) => JSON.stringify(secret).slice(1, -1)],
  ['in a query', encodeURIComponent],
  ['in a form', (secret) => new URLSearchParams({ x: secret }).toString().slice(2)],
  ['in base64', base64],
  ['in the base64 of URLs', (secret) => Buffer.from(secret).toString('base64url')],
];

for (const [name, spell] of spellings)
  test(`a secret is found ${name}`, () => {
    for (const secret of [TOKEN, ODD]) {
      const { text } = createRedactor([null, 'short', secret]);
      const redacted = text(`short ${spell(secret)} (${spell(secret)})`);
      // The base64 of URLs has no padding, so its last character is left.
      assert.match(redacted, /^short \[redacted\].? \(\[redacted\].?\)$/);
    }
  });

for (const before of ['u:', 'us:', 'use:'])
  test(`a secret is found in the base64 of a text, after ${before}`, () => {
    for (const secret of [TOKEN, ODD]) {
      const { text } = createRedactor([secret]);
      const whole = base64(`${before}${secret} and more`);
      const [start = '', end = ''] = text(whole).split(REDACTED);
      const left = whole.length - start.length - end.length;
      assert.ok(left >= Math.floor((Buffer.byteLength(secret) * 8) / 6) - 1, text(whole));
    }
  });

test('each line of a secret is a secret, without the spaces around it', () => {
  const { text } = createRedactor(['\n  first line 1\r\n  second line 2\nx\n']);
  assert.equal(text('got "second line 2" and x'), `got "${REDACTED}" and x`);
  assert.equal(createRedactor([' padded-secret\n']).text('=padded-secret.'), `=${REDACTED}.`);
});

test('a longer secret takes precedence over one inside it', () => {
  const { text } = createRedactor(['canary-1', 'canary-1-and-more']);
  assert.equal(text('canary-1-and-more canary-1'), `${REDACTED} ${REDACTED}`);
});

test('redacts strings, keys and numbers of a value', () => {
  const { value } = createRedactor(['canary-1', '12345678']);
  const given = { a: ['x canary-1', 1, null, true, 12_345_678], 'canary-1': {} };
  assert.equal(
    JSON.stringify(value(given)),
    `{"a":["x ${REDACTED}",1,null,true,"${REDACTED}"],"${REDACTED}":{}}`,
  );
  const parsed = JSON.parse('{"__proto__":"canary-1"}') as unknown;
  assert.equal(JSON.stringify(value(parsed)), `{"__proto__":"${REDACTED}"}`);
});

test('half a surrogate pair in a secret is found', () => {
  assert.equal(createRedactor(['canary \ud800']).text('a canary \ud800'), `a ${REDACTED}`);
});

test('changes nothing without secrets', () => {
  const value = { a: 'canary-1' };
  assert.equal(createRedactor([]), NO_SECRETS);
  assert.equal(NO_SECRETS.value(value), value);
  assert.equal(NO_SECRETS.text('canary-1'), 'canary-1');
});
