import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { showLanguage } from '../text/i18n.ts';
import { problemOf, unreachable } from './problem.ts';

afterEach(() => showLanguage('en'));

test('a problem has a title in the UI’s language, and the API’s detail', async () => {
  await showLanguage('ja');
  const body = { code: 'not_found', title: 'Nothing there', detail: 'No run 1.' };
  assert.deepEqual(problemOf(404, body), { ...body, status: 404, title: '見つかりません' });
  assert.equal(unreachable().title, 'サーバーが応答しません');
});

test('an unknown code keeps the API’s title', () => {
  assert.equal(problemOf(409, { code: 'brand_new', title: 'Brand new' }).title, 'Brand new');
  assert.equal(problemOf(409, { code: 'constructor', title: 'Odd' }).title, 'Odd');
  assert.equal(problemOf(502, null).title, 'The API answered with status 502');
});
