import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { startTestApi } from '../../../testing/start-test-api.ts';

const SECRETS = '/api/v1/secrets';

test('secrets', async (t) => {
  const api = await startTestApi(t);
  const answers: string[] = [];

  async function call(method: string, path: string, body?: unknown, type = 'application/json') {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const headers = body === undefined ? {} : { 'content-type': type };
    const answer = await api.call(method, path, { body: text, headers });
    answers.push(JSON.stringify([answer.body, ...answer.headers]));
    return answer;
  }
  const put = (name: string, value: unknown) => call('PUT', `${SECRETS}/${name}`, { value });

  await t.test('are created, replaced and listed, newest first', async () => {
    assert.deepEqual((await call('GET', SECRETS)).body, { items: [], nextCursor: null });
    const made = await put('pager_token', 'canary-1');
    assert.equal(made.status, 201);
    const keys = ['name', 'createdAt', 'createdBy', 'updatedAt', 'updatedBy'];
    assert.deepEqual(Object.keys(made.body), keys);
    assert.equal((await put('other', 'canary-2')).status, 201);
    const again = await put('pager_token', 'canary-3');
    assert.deepEqual([again.status, again.body.createdAt], [200, made.body.createdAt]);
    assert.ok(again.body.updatedAt > made.body.updatedAt);

    const { body } = await call('GET', `${SECRETS}?limit=1`);
    assert.deepEqual(pluck(body.items, 'name'), ['other']);
    const rest = await call('GET', `${SECRETS}?limit=1&cursor=${body.nextCursor}`);
    assert.deepEqual(rest.body, { items: [again.body], nextCursor: null });
  });

  await t.test('are deleted once', async () => {
    assert.equal((await call('DELETE', `${SECRETS}/other`)).status, 204);
    const gone = await call('DELETE', `${SECRETS}/other`);
    assert.deepEqual([gone.status, gone.body.code], [404, 'not_found']);
    assert.equal((await call('GET', SECRETS)).body.items.length, 1);
  });

  await t.test('have changes in the audit log, with the actor but without the value', async () => {
    const { body } = await api.get('/api/v1/audit');
    assert.deepEqual(pluck(body.items, 'action', 'target', 'name', 'details'), [
      ['deleteSecret', 'secrets/other', 'local', null],
      ['putSecret', 'secrets/pager_token', 'local', { created: false }],
      ['putSecret', 'secrets/other', 'local', { created: true }],
      ['putSecret', 'secrets/pager_token', 'local', { created: true }],
    ]);
    answers.push(JSON.stringify(body));
  });

  await t.test('cannot be read', async () => {
    const answer = await call('GET', `${SECRETS}/pager_token`);
    assert.deepEqual([answer.status, answer.body.code], [405, 'method_not_allowed']);
    assert.equal(answer.headers.get('allow'), 'DELETE, OPTIONS, PUT');
  });

  await t.test('have names that are valid in expressions', async () => {
    for (const name of ['a-b', '1a', 'a'.repeat(65), 'a.b', '%C3%A4']) {
      const { status, body } = await put(name, 'canary-4');
      assert.deepEqual([status, body.code], [422, 'validation_failed'], name);
      const [fault] = body.errors;
      assert.deepEqual([fault.pointer, fault.rule], ['/path/name', 'pattern']);
      assert.match(fault.hint, /Letters, digits and _/);
    }
    assert.equal((await call('DELETE', `${SECRETS}/a-b`)).status, 404);
  });

  await t.test('have values that AIO can store and redact', async () => {
    const longest = 'ü'.repeat(16_384);
    assert.equal((await put('long', longest)).status, 201);
    const bad: [unknown, pointer: string, rule: string][] = [
      [{ value: 'canary5' }, '/value', 'min_length'],
      [{ value: `${longest}x` }, '/value', 'max_length'],
      [{ value: 'canary-6\0' }, '/value', 'text'],
      [{ value: 'canary-7\ud800' }, '/value', 'text'],
      [{ value: ['canary-8'] }, '/value', 'type'],
      [{}, '', 'required'],
      [{ value: 'canary-9', extra: 'canary-9' }, '/extra', 'unknown_field'],
    ];
    for (const [body, pointer, rule] of bad) {
      const answer = await call('PUT', `${SECRETS}/x`, body);
      assert.equal(answer.status, 422);
      const [fault] = answer.body.errors;
      assert.deepEqual([fault.pointer, fault.rule], [pointer, rule]);
    }
    const texts = ['{"value": canary-10}', '{"value": "canary-11', '{"value": "canary-12" canary'];
    for (const text of texts)
      assert.equal((await call('PUT', `${SECRETS}/x`, text)).body.code, 'bad_json');
    assert.equal((await call('PUT', `${SECRETS}/x`, 'canary-13', 'text/plain')).status, 415);
    assert.equal((await call('PUT', `${SECRETS}/x`, 'canary-14'.repeat(50_000))).status, 413);
  });

  await t.test('appear in no response and no log line', () => {
    assert.ok(answers.length > 20);
    assert.doesNotMatch(answers.join('\n'), /canary/);
    assert.doesNotMatch(JSON.stringify(api.logged), /canary/);
  });

  await t.test('are encrypted in the database', async () => {
    const rows = await api.query('select s::text as row from secrets s');
    assert.equal(rows.length, 2);
    const text = JSON.stringify(rows);
    for (const word of ['canary', 'üüü'])
      assert.ok(!text.includes(word) && !text.includes(Buffer.from(word).toString('hex')), word);
  });
});
