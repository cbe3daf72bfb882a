import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { showLanguage } from '../text/i18n.ts';
import { formatCount } from './amount.ts';
import { formatDuration } from './duration.ts';
import { formatMoment } from './moment.ts';

afterEach(() => showLanguage('en'));

test('counts, durations and dates follow the language', async () => {
  const at = new Date(2026, 10, 24, 9, 5, 7);
  const written = () => [
    formatCount(12_345),
    formatDuration(340),
    formatDuration(7_500_000),
    formatMoment(at.toISOString(), at.getTime() + 86_400_000),
  ];
  assert.deepEqual(written(), ['12.3k', '340 ms', '2 h 5 m', '24 Nov 09:05:07']);
  await showLanguage('ja');
  assert.deepEqual(written(), ['1.2万', '340 ms', '2 時間 5 分', '11月24日 09:05:07']);
});
