import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GAME_DAYS_ACCOUNT } from '@aio/catalog/game-days';
import { pluck } from '@aio/platform/testing/pluck';
import { CHAIN } from '../../../testing/definitions.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';

test('lists leave out runs of game days unless a caller asks for them', async (t) => {
  const api = await startTestApi(t);
  await api.post('/api/v1/workflows', CHAIN);
  const { subject, name } = GAME_DAYS_ACCOUNT;
  const games = await api.as({ subject, name, roles: ['admin'] });
  const own = await api.submit();
  const ofGame = await games.submit();
  const listed = async (query: string): Promise<unknown[]> =>
    pluck((await api.get(`/api/v1/runs${query}`)).body.items, 'id');

  for (const query of ['', '?parent=none', '?status=queued'])
    assert.deepEqual(await listed(query), [own], query);
  for (const query of ['gameDays=true', 'workflow=chain'])
    assert.deepEqual(await listed(`?${query}`), [ofGame, own], query);
  for (const query of [`owner=${name}`, `owner=${subject}`, `q=${ofGame}`])
    assert.deepEqual(await listed(`?${query}`), [ofGame], query);
  assert.equal((await api.get(`/api/v1/runs/${ofGame}`)).status, 200, 'its page opens');
});
