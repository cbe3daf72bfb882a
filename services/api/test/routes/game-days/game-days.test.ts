import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EnvironmentError } from '@aio/platform/settings/environment';
import { readApiConfig } from '../../../config.ts';
import { startStandInController } from '../../../testing/stand-in-controller.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';
import { ADMIN, BUILDER } from '../../../testing/test-issuer.ts';

const PATH = '/api/v1/game-days';

test('game days', async (t) => {
  const controller = await startStandInController(t);
  const api = await startTestApi(t, { env: controller.env });
  const builder = await api.as(BUILDER);

  await t.test('everyone sees faults and promises, and that there are game days', async () => {
    const { status, body } = await builder.get(PATH);
    assert.equal(status, 200);
    assert.deepEqual(body, controller.days);
    assert.deepEqual((await builder.get(`${PATH}/game`)).body, null);
    assert.equal((await builder.get('/auth/me')).body.gameDays, true);
  });

  await t.test(
    'an admin starts a game, members guess, and the controller knows whom to note',
    async () => {
      const admin = await api.as(ADMIN);
      const started = await admin.post(`${PATH}/game`, { blind: true });
      assert.deepEqual([started.status, started.body.fault], [202, null]);
      assert.equal((await builder.post(`${PATH}/game/watching`)).status, 204);
      const guessed = await builder.post(`${PATH}/game/guess`, { fault: 'flood' });
      assert.deepEqual(guessed.body.guess, { fault: 'flood', isRight: false });
      assert.equal((await admin.post(`${PATH}/game/stop`)).body.state, 'mending');
      assert.equal((await admin.post(`${PATH}/traffic`, { minutes: 30 })).status, 202);
      assert.deepEqual(controller.askers, [ADMIN.name, ADMIN.name, ADMIN.name]);
      assert.deepEqual((await api.get('/api/v1/audit')).body.items, []);
      for (const asked of [
        '/game {"blind":true}',
        '/game/watching',
        '/game/guess {"fault":"flood"}',
      ])
        assert.ok(controller.asked.includes(`POST ${asked}`), asked);
    },
  );

  await t.test('the API forwards only valid bodies of admins with a CSRF header', async () => {
    controller.asked = [];
    for (const body of [{}, { fault: '../x' }, { fault: 'flood', blind: true }, { blind: false }])
      assert.equal((await api.post(`${PATH}/game`, body)).status, 422, JSON.stringify(body));
    for (const minutes of [-1, 1.5, 121, '30'])
      assert.equal((await api.post(`${PATH}/traffic`, { minutes })).status, 422, String(minutes));
    for (const path of ['/game', '/game/stop', '/traffic'])
      assert.equal((await builder.post(`${PATH}${path}`, { fault: 'flood' })).status, 403, path);
    const page = await api.inBrowser(ADMIN);
    const { cookie = '' } = page.headers;
    const from = (origin: string) =>
      api
        .as(null)
        .then((client) =>
          client.post(`${PATH}/game`, { fault: 'flood' }, { cookie, 'aio-csrf': '1', origin }),
        );
    assert.equal((await from('https://evil.example')).body.code, 'cross_site');
    assert.deepEqual(controller.asked, []);
  });

  await t.test('a refused start is a problem in words', async () => {
    for (const [status, expected] of [
      [404, 404],
      [409, 409],
      [422, 409],
    ] as const) {
      controller.refusal = { status, body: { error: 'a game is under way' } };
      const refused = await api.post(`${PATH}/game`, { fault: 'slow-service' });
      assert.deepEqual([refused.status, refused.body.detail], [expected, 'a game is under way']);
    }
  });

  await t.test('a controller that is away or answers nonsense is 503', async () => {
    const verdict = { ...controller.days, game: { verdict: { links: [{ path: '//evil' }] } } };
    for (const refusal of [
      { status: 500, body: { error: 'secret of the controller' } },
      { status: 401, body: { error: 'the token is wrong' } },
      { status: 200, body: { faults: [] } },
      { status: 200, body: verdict },
    ]) {
      controller.refusal = refusal;
      const { status, body } = await api.get(PATH);
      assert.deepEqual([status, body.code], [503, 'game_days_away'], JSON.stringify(refusal));
      assert.doesNotMatch(JSON.stringify(body), /secret|evil|token/);
    }
    controller.refusal = null;
    assert.equal((await api.get(PATH)).status, 200);
  });
});

test('a controller that does not run is 503', async (t) => {
  const api = await startTestApi(t, { env: { GAME_DAYS_URL: 'http://127.0.0.1:1' } });
  const { status, body } = await api.get(PATH);
  assert.deepEqual([status, body.detail], [503, 'The controller of game days does not answer.']);
});

test('without a controller there are no routes, and production refuses one', async (t) => {
  const api = await startTestApi(t);
  for (const path of ['', '/game']) assert.equal((await api.call('GET', PATH + path)).status, 404);
  for (const path of ['/game', '/game/stop', '/game/guess', '/game/watching', '/traffic'])
    assert.equal((await api.call('POST', PATH + path)).status, 404, path);
  assert.equal((await api.get('/auth/me')).body.gameDays, false);
  assert.throws(
    () => readApiConfig({ NODE_ENV: 'production', GAME_DAYS_URL: 'http://127.0.0.1:9555' }),
    (error: EnvironmentError) =>
      error instanceof EnvironmentError &&
      error.lines.some((line) => line.startsWith('GAME_DAYS_URL: game days break')),
  );
});
