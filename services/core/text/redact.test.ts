import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createRedactor, MIN_SECRET_LENGTH, NO_SECRETS, REDACTED } from './redact.ts';

const TOKEN = 'tok-3f9+Z/x~Q==';
const ODD = 'pä"ss<w> & \'or\\d/1?';

test('replaces a secret everywhere', () => {
  const { text } = createRedactor([TOKEN, null, 'short']);
  assert.equal(text(`a ${TOKEN} b${TOKEN}`), `a ${REDACTED} b${REDACTED}`);
  assert.equal(text('short and sweet'), 'short and sweet');
});

const spellings: [name: string, spell: (secret: string) => string][] = [
  ['unchanged', (secret) => secret],
  ['in JSON', (secret) => JSON.stringify(secret)],
  ['in JSON with escaped slashes', (secret) => JSON.stringify(secret).replaceAll('/', '\\/')],
  ['in JSON of ASCII alone', (secret) => toAscii(JSON.stringify(secret))],
  [
    'in JSON that is safe in HTML',
    (secret) => JSON.stringify(secret).replace(/[<>&]/g, toAscii.escape),
  ],
  ['in a query', encodeURIComponent],
  ['in a query, with lower-case digits', (secret) => smallDigits(encodeURIComponent(secret))],
  ['in a form', (secret) => new URLSearchParams({ secret }).toString()],
  ['in JSON in a form', (secret) => new URLSearchParams({ x: JSON.stringify(secret) }).toString()],
  ['in JSON in JSON', (secret) => JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
  ['in a query in a query', (secret) => encodeURIComponent(encodeURIComponent(secret))],
  ['in JSON in base64', (secret) => base64(JSON.stringify({ secret }))],
  ['in a path', (secret) => new URL(`http://x/${secret.replaceAll('?', '%3F')}`).pathname],
  ['in a header, as clients read it', (secret) => Buffer.from(secret).toString('latin1')],
  [
    'in HTML',
    (secret) =>
      secret
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&#39;'),
  ],
  ['in a basic login', (secret) => `Basic ${base64(`user:${secret}`)}`],
  ['in a basic login with a longer name', (secret) => `Basic ${base64(`users:${secret}`)}`],
  ['in a basic login with a short name', (secret) => `Basic ${base64(`u:${secret}`)}`],
  ['in base64, followed by something', (secret) => base64(`{"key":"${secret}","n":1}`)],
  ['in the base64 of URLs', (secret) => Buffer.from(`ab${secret}`).toString('base64url')],
  ['in base64 in a query', (secret) => encodeURIComponent(base64(`a${secret}`))],
  ['in base64 in JSON', (secret) => base64(secret).replaceAll('/', '\\/')],
];

function toAscii(json: string): string {
  return json.replace(/[^ -~]/g, toAscii.escape);
}
toAscii.escape = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

const smallDigits = (text: string) => text.replace(/%../g, (code) => code.toLowerCase());
const base64 = (text: string) => Buffer.from(text).toString('base64');

for (const [name, spell] of spellings) {
  test(`a secret is found ${name}`, () => {
    for (const secret of [TOKEN, ODD]) {
      const { text } = createRedactor([secret]);
      const redacted = text(`before ${spell(secret)} after`);
      assert.ok(redacted.includes(REDACTED), redacted);
      assert.match(redacted, /^before .* after$/);
      const left = redacted.replace(/^before | after$/g, '').replace(REDACTED, '');
      assert.ok(left.length <= 'Basic  secret="" '.length, redacted);
    }
  });
}

for (const [name, change] of [
  ['lower case', (text: string) => text.toLowerCase()],
  ['upper case', (text: string) => text.toUpperCase()],
  [
    'mixed case',
    (text: string) =>
      text.replace(/./gu, (char, at) => (at % 2 ? char.toUpperCase() : char.toLowerCase())),
  ],
] as const)
  for (const [how, spell] of spellings)
    test(`a secret in ${name} is found ${how}`, () => {
      for (const secret of ['Tok-3f9+Z/x~Q==', 'Pä"sΣ<w> & \'Σr/1?']) {
        const { text } = createRedactor([secret]);
        assert.ok(text(change(spell(secret))).includes(REDACTED), spell(secret));
        // These encode the bytes, which change with the case.
        if (!/base64|login|header/.test(how))
          assert.ok(text(spell(change(secret))).includes(REDACTED), spell(change(secret)));
      }
    });

test('finds a secret in each part of a parsed URL', () => {
  for (const secret of ['Canary-Token', 'Canary_Tökén', 'canary|tok^en`{1}', "Can'ary\\Token"]) {
    const { text } = createRedactor([secret]);
    const component = encodeURIComponent(secret);
    for (const [place, address] of [
      ['path', `http://a/x${secret}y`],
      ['query', `http://a/?x${secret}y`],
      ['fragment', `http://a/#x${secret}y`],
      ['user', `http://x${component}y@a/`],
      ['password', `http://u:x${component}y@a/`],
      ['encoded path', `http://a/x${component.toLowerCase()}y`],
    ] as const) {
      const redacted = text(new URL(address).href);
      assert.match(redacted, /x\[redacted\]y/, `${place} ${redacted}`);
    }
  }
});

test('finds a secret that is a host name', () => {
  for (const secret of ['Canary-Token', 'CÄNÄRY-Tökén']) {
    const { text } = createRedactor([secret]);
    assert.equal(text(new URL(`FTP://${secret}/x`).href), `ftp://${REDACTED}/x`);
    assert.equal(
      text(new URL(`http://a.${secret}.example/x`).href),
      `http://a.${REDACTED}.example/x`,
    );
    assert.equal(
      text(new URL(`http://${encodeURIComponent(secret)}/x`).href),
      `http://${REDACTED}/x`,
    );
  }
});

test('finds a secret with any character escaped', () => {
  const { text } = createRedactor(['Canary-1']);
  const bytes = [...Buffer.from('canary-1')].map((byte) => byte.toString(16).padStart(2, '0'));
  for (const escaped of [
    bytes.map((byte) => `%${byte}`).join(''),
    bytes.map((byte) => `\\u00${byte.toUpperCase()}`).join(''),
    bytes.map((byte) => `&#x${byte};`).join(''),
    bytes.map((byte) => `&#${Number.parseInt(byte, 16)};`).join(''),
    bytes.map((byte) => `%25${byte}`).join(''),
    `C%61nary&#45;1`,
  ])
    assert.equal(text(`%zz&#9999999;\\ ä ${escaped}.`), `%zz&#9999999;\\ ä ${REDACTED}.`);
});

test('letters whose other case has another length do not shift positions', () => {
  const { text } = createRedactor(['Canary-1', 'İstanbul-1', 'Straße-12']);
  assert.equal(text('İİßßŉﬁ canary-1 İİ'), `İİßßŉﬁ ${REDACTED} İİ`);
  assert.equal(text('in istanbul-1, STRAßE-12'), `in ${REDACTED}, ${REDACTED}`);
  assert.equal(text('ΑΣ 𐐨\ud800 cANARY-1'), `ΑΣ 𐐨\ud800 ${REDACTED}`);
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

test('leaves nothing of a secret in any text and spelling', () => {
  const secret = fc.string({ minLength: MIN_SECRET_LENGTH, maxLength: 40, unit: 'binary' });
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (secret, before, after) => {
      const { text } = createRedactor([secret]);
      const whole = before + secret + after;
      assert.ok(!text(whole).includes(secret) || REDACTED.includes(secret));
      assert.ok(text(JSON.stringify({ whole })).includes(REDACTED));
      assert.ok(text(encodeURIComponent(whole)).includes(REDACTED));
      assert.ok(text(new URLSearchParams({ whole }).toString()).includes(REDACTED));
      assert.ok(text(base64(whole)).includes(REDACTED));
    }),
  );
});

test('a long base64 text takes linear time', () => {
  const { text } = createRedactor(['canary-1']);
  const long = 'A'.repeat(2_000_000);
  assert.ok(text(long) === long);
  assert.ok(text(`${long}${base64('canary-1x')}${long}`) === REDACTED);
});

test('a secret that nearly matches everywhere takes linear time', () => {
  const half = 'a'.repeat(16_000);
  const { text } = createRedactor([`${half}B${half}`]);
  const long = 'a'.repeat(250_000);
  const before = process.cpuUsage();
  assert.equal(text(long), long);
  assert.equal(text(`${long}b${long}`), `${long.slice(16_000)}${REDACTED}${long.slice(16_000)}`);
  const { user } = process.cpuUsage(before);
  assert.ok(user < 1_500_000, `${user} µs`);
});

test('changes nothing without secrets', () => {
  const value = { a: 'canary-1' };
  assert.equal(createRedactor([]), NO_SECRETS);
  assert.equal(NO_SECRETS.value(value), value);
  assert.equal(NO_SECRETS.text('canary-1'), 'canary-1');
});

/** Redacts a text as it grows, unit by unit. */
function redactGrowing(text: string, secret: string): string {
  const redactor = createRedactor([secret]);
  let shown = '';
  let pending = '';
  for (let at = 0; at < text.length; at += 1) {
    pending += text[at];
    const { redacted, length } = redactor.start(pending);
    shown += redacted;
    pending = pending.slice(length);
  }
  return shown;
}

for (const [name, spell] of spellings) {
  test(`a growing text shows no beginning of a secret ${name}`, () => {
    for (const secret of [TOKEN, ODD, '🔑 and 🔒 keys']) {
      const spelled = spell(secret);
      const shown = redactGrowing(`Say ${spelled} to me, now!!!`, secret);
      assert.ok(shown.startsWith('Say '), shown);
      assert.ok(shown.endsWith(' to me, now!!!'), shown);
      assert.ok(shown.includes(REDACTED), shown);
      const left = shown.replaceAll(REDACTED, '');
      const chars = [...secret];
      for (let at = 0; at + 6 <= chars.length; at += 1) {
        const piece = chars.slice(at, at + 6).join('');
        for (const one of [piece, spell(piece)]) assert.ok(!left.includes(one), shown);
      }
    }
  });
}

test('a growing text without secrets is shown but for what could begin one', () => {
  const text = 'The token of the day was told to nobody at all!!!';
  assert.equal(redactGrowing(text, TOKEN), text);
  assert.equal(redactGrowing('It begins with tok-3f9', TOKEN), 'It begins with ');
  assert.equal(redactGrowing('abcabcab, then more', 'abcabcab'), `${REDACTED}, then more`);
  assert.deepEqual(NO_SECRETS.start('tok'), { redacted: 'tok', length: 3 });
});
