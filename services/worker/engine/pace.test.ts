import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPace, type Pace } from './pace.ts';

function run(pace: Pace, lane: string, ...tookMs: number[]): void {
  for (const ms of tookMs) {
    pace.began(lane);
    pace.ended(lane, ms);
  }
}

describe('the pace of a lane', () => {
  it('lets none begin early before it is known, nor while nothing runs', () => {
    const pace = createPace();
    pace.began('http');
    assert.equal(pace.ahead('http'), 0);
    pace.ended('http', 10);
    assert.equal(pace.ahead('http'), 0);
    pace.began('http');
    assert.equal(pace.ahead('http'), 2);
  });

  it('lets none wait for more than two others, and asks for more when half of them have gone', () => {
    const pace = createPace();
    run(pace, 'http', 10);
    for (let n = 0; n < 4; n++) pace.began('http');
    assert.equal(pace.ahead('http'), 8);
    for (let n = 0; n < 4; n++) pace.waiting('http', 1);
    assert.equal(pace.ahead('http'), 4);
    pace.waiting('http', 1);
    assert.equal(pace.ahead('http'), 0);
    pace.waiting('http', -1);
    assert.equal(pace.ahead('http'), 4);
  });

  it('is that of the last steps, of each lane its own', () => {
    const pace = createPace();
    run(pace, 'http', 10);
    run(pace, 'llm', 10, 2000);
    for (const lane of ['http', 'llm']) pace.began(lane);
    assert.deepEqual([pace.ahead('http'), pace.ahead('llm')], [2, 0]);
    run(pace, 'llm', ...Array.from({ length: 40 }, () => 10));
    assert.equal(pace.ahead('llm'), 2);
  });

  it('is not known any more when it surprised', () => {
    const pace = createPace();
    run(pace, 'http', 10);
    pace.began('http');
    pace.surprised('http');
    assert.equal(pace.ahead('http'), 0);
    pace.ended('http', 900);
    pace.began('http');
    assert.equal(pace.ahead('http'), 0);
  });
});
