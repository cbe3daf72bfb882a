import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { jwtVerify } from 'jose';
import { ADMIN, startTestIssuer, type TokenChanges } from '../../testing/test-issuer.ts';
import { createBearer } from '../../auth/bearer.ts';
import { createKeySet } from '../../auth/key-set.ts';

const MINUTE_MS = 60_000;

async function setUp(t: TestContext) {
  const issuer = await startTestIssuer(t);
  let nowMs = Date.now();
  let isAway = false;
  let served: unknown;
  let failures = 0;
  const silent = () => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const keySet = createKeySet({
    findUrl: async () => `${issuer.issuer}/certs`,
    log,
    onChange: () => bearer.forget(),
    onFailure: () => (failures += 1),
    fetch: async (...args) => {
      if (isAway) throw new Error('away');
      return served === undefined ? fetch(...args) : Response.json(served);
    },
    now: () => nowMs,
  });
  const bearer = createBearer({
    keySet,
    issuer: issuer.issuer,
    audience: 'aio-api',
    rolesOf: () => [],
    remember: async () => undefined,
    now: () => nowMs,
  });
  const sign = (changes: TokenChanges = {}) => issuer.sign(ADMIN, { expiresInS: 7200, ...changes });
  return {
    issuer,
    bearer,
    keySet,
    sign,
    pass: (ms: number) => (nowMs += ms),
    failures: () => failures,
    goAway: (away: boolean) => (isAway = away),
    /** undefined = the issuer's own key set. */
    serve: (keySet?: unknown) => (served = keySet),
  };
}

test('accepts a new key and refuses the old one', async (t) => {
  const { issuer, bearer, sign, pass } = await setUp(t);
  const before = await sign();
  await bearer.verify(before);
  await issuer.rotate();
  pass(MINUTE_MS);
  assert.equal((await bearer.verify(await sign())).subject, ADMIN.subject);
  await assert.rejects(bearer.verify(before), { code: 'unauthenticated' });
});

test('refuses a removed key after ten minutes, even without a new key', async (t) => {
  const { issuer, bearer, keySet, sign, pass } = await setUp(t);
  const before = await sign();
  await bearer.verify(before);
  await issuer.rotate();
  pass(11 * MINUTE_MS);
  const reads = issuer.reads();
  // The first request starts the read and does not wait for it.
  await jwtVerify(await issuer.sign(ADMIN, { header: { kid: 'x' } }), keySet.getKey).catch(
    () => {},
  );
  assert.equal(issuer.reads(), reads + 1);
  await assert.rejects(bearer.verify(before), { code: 'unauthenticated' });
});

test('a flood of unknown keys causes few reads', async (t) => {
  const { issuer, bearer, sign, pass } = await setUp(t);
  await bearer.verify(await sign());
  assert.equal(issuer.reads(), 1);
  const tokens = await Promise.all(
    Array.from({ length: 200 }, (_, index) => sign({ header: { kid: `unknown-${index}` } })),
  );
  const flood = () => Promise.allSettled(tokens.map((token) => bearer.verify(token)));
  const outcomes = await flood();
  assert.ok(outcomes.every(({ status }) => status === 'rejected'));
  assert.equal(issuer.reads(), 1, 'the keys have just been read');
  pass(MINUTE_MS);
  await flood();
  await flood();
  assert.equal(issuer.reads(), 2, 'one read for all of them');
});

test('known keys stay valid if the keys cannot be read', async (t) => {
  const { bearer, issuer, sign, pass, goAway, failures } = await setUp(t);
  await bearer.verify(await sign());
  goAway(true);
  pass(60 * MINUTE_MS);
  await bearer.verify(await sign({ expiresInS: 7100 }));
  const unknown = await sign({ header: { kid: 'x' } });
  await assert.rejects(bearer.verify(unknown), { code: 'unauthenticated' });
  assert.equal(failures(), 1, 'each failed read is reported once');
  goAway(false);
  pass(3_000);
  await issuer.rotate();
  await assert.rejects(bearer.verify(await sign({ header: { kid: 'x' } })));
  await bearer.verify(await sign());
});

test('retries soon if the login service was down at the start', async (t) => {
  const { bearer, sign, pass, goAway } = await setUp(t);
  goAway(true);
  await assert.rejects(bearer.verify(await sign()), { code: 'unavailable' });
  goAway(false);
  pass(3_000);
  await bearer.verify(await sign());
});

test('a key set without a usable key replaces no good one', async (t) => {
  const { bearer, issuer, sign, pass, serve, failures } = await setUp(t);
  await bearer.verify(await sign());
  const secret = { kty: 'oct', k: 'AAAA' };
  const encryption = { ...issuer.publicJwk(), use: 'enc' };
  for (const keys of [[], [secret], [encryption], [{ kty: 'RSA', kid: 'a' }]]) {
    serve({ keys });
    pass(MINUTE_MS);
    const before = failures();
    await assert.rejects(bearer.verify(await sign({ header: { kid: 'x' } })));
    assert.equal(failures(), before + 1, JSON.stringify(keys));
    await bearer.verify(await sign({ claims: { of: keys } }));
  }
  serve();
  await issuer.rotate();
  pass(MINUTE_MS);
  await bearer.verify(await sign());
});
