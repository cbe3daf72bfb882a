import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHAIN } from '../testing/definitions.ts';
import { startTestApi } from '../testing/start-test-api.ts';
import { BUILDER, OTHER } from '../testing/test-issuer.ts';

/** JSON escapes of text that PostgreSQL cannot store. */
const TEXTS = ['a\0b', '\ud800', 'x\udc00y'];
/** URL escapes of NUL, an unpaired surrogate, and NUL in two bytes. */
const ESCAPES = ['%00', 'a%00b', '%ed%a0%80', '%c0%80'];

const YAML = 'name: chain\nsteps:\n  a: { type: transform, with: { value: 1 } }\n';
const LISTS = ['approvals', 'audit', 'events', 'queues', 'runs', 'secrets', 'workers', 'workflows'];

test('refuses text that PostgreSQL cannot store, in every place', async (t) => {
  const api = await startTestApi(t);
  await api.post('/api/v1/workflows', CHAIN);
  const runId = await api.submit();
  const approvalId = await api.engine.ask(runId, { owner: BUILDER.subject });

  async function isRefused(what: string, method: string, path: string, init = {}): Promise<void> {
    const { status, body } = await api.call(method, `/api/v1${path}`, init);
    assert.ok(status >= 400 && status < 500, `${what}: ${status} ${JSON.stringify(body)}`);
  }

  for (const text of TEXTS) {
    const bodies: [method: string, path: string, body: object][] = [
      ['POST', '/events', { name: text, key: 'k' }],
      ['POST', '/events', { name: 'n', key: text }],
      ['POST', '/events', { name: 'n', key: 'k', payload: [{ [text]: 1 }] }],
      ['POST', '/events', { name: 'n', key: 'k', payload: { a: [text] } }],
      ['POST', '/workflows/chain/runs', { input: { n: 1, [text]: 1 } }],
      ['POST', '/workflows/chain/runs', { input: { n: 1, a: { b: [text] } } }],
      ['POST', `/approvals/${approvalId}/decision`, { decision: 'approved', comment: text }],
      ['POST', `/approvals/${approvalId}/decision`, { decision: text }],
      ['PUT', '/secrets/api_key', { value: `long enough ${text}` }],
      ['POST', '/workflows', { ...CHAIN, name: text }],
      ['POST', '/workflows', { ...CHAIN, description: text }],
      ['POST', '/workflows', { ...CHAIN, steps: { [text]: { type: 'transform' } } }],
      ['POST', '/workflows', { ...CHAIN, output: { a: [{ [text]: text }] } }],
    ];
    await t.test(`in a body: ${JSON.stringify(text)}`, async () => {
      for (const [method, path, body] of bodies) {
        const headers = { 'content-type': 'application/json' };
        const init = { body: JSON.stringify(body), headers };
        await isRefused(init.body, method, path, init);
      }
    });
  }

  for (const escape of ESCAPES) {
    await t.test(`in a URL: ${escape}`, async () => {
      for (const path of [
        `/workflows/${escape}`,
        `/workflows/chain/versions/${escape}`,
        `/runs/${escape}`,
        `/runs/${runId}/steps/${escape}/logs`,
        `/approvals/${escape}`,
        ...LISTS.map((list) => `/${list}?cursor=${escape}`),
        `/runs?workflow=${escape}`,
        `/runs?status=${escape}`,
        `/runs?createdAfter=${escape}`,
        `/events?name=${escape}`,
        `/audit?action=${escape}`,
      ])
        await isRefused(path, 'GET', path);
      // URLs replace invalid UTF-8 and accept NUL.
      for (const path of [`/events?key=${escape}`, `/audit?who=${escape}`]) {
        const { status } = await api.get(`/api/v1${path}`);
        assert.equal(status, escape.includes('%00') ? 400 : 200, path);
      }
      await isRefused('a workflow', 'POST', `/workflows/${escape}/runs`);
      await isRefused('a secret', 'DELETE', `/secrets/${escape}`);
    });
  }

  for (const [where, source] of [
    ['a comment', `${YAML}# a\0b\n`],
    ['a key', `${YAML}a\0b: 1\n`],
    ['a text', `${YAML}description: "a\0b"\n`],
    ['an escape', `${YAML}description: "a\\0b"\n`],
  ] as const) {
    await t.test(`in a definition in YAML: ${where}`, async () => {
      const init = { body: source, headers: { 'content-type': 'application/yaml' } };
      const { status, body } = await api.call('POST', '/api/v1/workflows', init);
      assert.ok(status === 422 || status === 400, `${status} ${JSON.stringify(body)}`);
      if (where === 'a comment') {
        assert.equal(status, 422);
        assert.deepEqual([body.errors[0].pointer, body.errors[0].rule], ['', 'text']);
        assert.match(body.errors[0].message, /line 4, column 4/);
        const checked = await api.call('POST', '/api/v1/workflows/validate', init);
        assert.deepEqual([checked.status, checked.body.valid], [200, false]);
      }
    });
  }

  for (const [what, person] of [
    ['name', { ...BUILDER, subject: 'sub-n', name: 'a\0b' }],
    ['subject', { ...BUILDER, subject: 'sub\0', name: 'nul' }],
    ['name of half a pair', { ...BUILDER, subject: 'sub-s', name: '\ud800' }],
  ] as const) {
    await t.test(`in a token's ${what}`, async () => {
      const client = await api.as(person);
      for (const [path, body] of [
        ['/api/v1/workflows', { ...CHAIN, name: 'others' }],
        ['/api/v1/events', { name: 'n', key: 'k' }],
      ] as const) {
        const { status } = await client.post(path, body);
        assert.ok(status < 500, `${path}: ${status}`);
      }
      for (const list of ['approvals', 'runs', 'workflows'])
        assert.ok((await client.get(`/api/v1/${list}`)).status < 500, list);
    });
  }

  await t.test('an approval whose message has such text does not break the lists', async () => {
    const text = `update approvals set approver = '{"user":"a\\u0000b"}'::json where id = $1`;
    await api.query(text, [approvalId]);
    const [owner, other] = [await api.as(BUILDER), await api.as(OTHER)];
    const idsOf = async (client: typeof owner) =>
      (await client.get('/api/v1/approvals')).body.items.map(({ id }: { id: string }) => id);
    assert.deepEqual(await idsOf(other), []);
    assert.deepEqual(await idsOf(owner), [approvalId]);
    assert.equal((await other.get(`/api/v1/approvals/${approvalId}`)).status, 404);
    for (const list of LISTS) assert.equal((await api.get(`/api/v1/${list}`)).status, 200, list);
  });

  await t.test('the API logs no error', () => {
    assert.deepEqual(api.faults(), []);
  });
});
