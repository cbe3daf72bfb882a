import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseScrape, sumBy, sumOf } from './scrape.ts';

test('series are added up by name, by their whole name, and by a label', () => {
  const one = parseScrape(
    '# HELP slots …\nslots{state="used"} 3\nslots{state="free"} 1\nslots_other 9\nheld 2\n',
  );
  assert.equal(sumOf([one, one], 'slots'), 8);
  assert.equal(sumOf([one], 'slots{state="used"}'), 3);
  assert.equal(sumOf([one, one], 'held'), 4);
  assert.equal(sumOf([one], 'gone'), 0);
  assert.deepEqual(
    [...sumBy([one, one], 'slots', 'state')],
    [
      ['used', 6],
      ['free', 2],
    ],
  );
});
