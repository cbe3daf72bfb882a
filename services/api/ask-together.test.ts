import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { askTogether } from './ask-together.ts';

test('concurrent callers share calls', async (t) => {
  function open() {
    const asked: { key: string; answered: PromiseWithResolvers<string> }[] = [];
    const ask = askTogether((key) => {
      const answered = Promise.withResolvers<string>();
      asked.push({ key, answered });
      return answered.promise;
    });
    return { ask, asked };
  }

  await t.test('callers that arrive during a call share the next one', async () => {
    const { ask, asked } = open();
    const first = ask('a');
    const later = [ask('a'), ask('a')];
    const other = ask('b');
    assert.deepEqual(pluck(asked, 'key'), ['a', 'b']);
    asked[0]!.answered.resolve('old');
    asked[1]!.answered.resolve('b');
    assert.equal(await first, 'old');
    assert.equal(await other, 'b');
    assert.equal(asked.length, 3);
    asked[2]!.answered.resolve('new');
    assert.deepEqual(await Promise.all(later), ['new', 'new']);
  });

  await t.test('keeps neither answers nor failures', async () => {
    const { ask, asked } = open();
    const first = ask('a');
    const second = ask('a');
    asked[0]!.answered.reject(new Error('away'));
    await assert.rejects(first, /away/);
    asked[1]!.answered.resolve('there');
    assert.equal(await second, 'there');
    const third = ask('a');
    assert.equal(asked.length, 3);
    asked[2]!.answered.resolve('there still');
    assert.equal(await third, 'there still');
  });
});
