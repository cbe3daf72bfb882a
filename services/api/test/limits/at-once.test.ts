import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capsOf, createAtOnce, LARGE_BYTES } from '../../limits/at-once.ts';

const MB = 1024 * 1024;

function setUp() {
  const refused: string[] = [];
  const atOnce = createAtOnce({
    caps: capsOf({ eventStreamsPerPerson: 3 }),
    onRefused: (limit) => void refused.push(limit),
  });
  function requestOf(subject: string) {
    const end = new AbortController();
    return { principal: { subject }, signal: end.signal, end: () => end.abort() };
  }
  return { atOnce, refused, requestOf };
}

const MINE = { code: 'too_many_at_once' };

test('a person has a limit, and each request leaves its place once, at its end', () => {
  const { atOnce, refused, requestOf } = setUp();
  const enter = (subject: string) => {
    const request = requestOf(subject);
    atOnce.enter('event_streams', request);
    return request;
  };
  const [first] = [enter('ada'), enter('ada'), enter('ada')];
  assert.throws(() => enter('ada'), {
    ...MINE,
    message: 'The limit of event streams of yours at once is 3.',
  });
  enter('grace');
  first!.end();
  first!.end();
  enter('ada');
  assert.throws(() => enter('ada'), MINE);
  assert.deepEqual(refused, ['event_streams', 'event_streams']);
});

test('limits do not share places, and a request that is over takes none', () => {
  const { atOnce, requestOf } = setUp();
  for (let nth = 0; nth < 4; nth += 1) atOnce.enter('large_bodies', requestOf('ada'));
  assert.throws(() => atOnce.enter('large_bodies', requestOf('ada')), MINE);
  atOnce.enter('event_streams', requestOf('ada'));
  for (let nth = 0; nth < 9; nth += 1) {
    const gone = requestOf('grace');
    gone.end();
    atOnce.enter('large_bodies', gone);
  }
});

test('large reads count by their bytes, one of the largest per person, four per process', () => {
  const { atOnce, refused, requestOf } = setUp();
  const read = (subject: string, bytes: number) => {
    const request = requestOf(subject);
    atOnce.enterRead(request, bytes);
    return request;
  };
  const [first] = [read('ada', 7 * MB), read('ada', MB)];
  assert.throws(() => read('ada', LARGE_BYTES + 1), MINE);
  const [other] = [read('grace', 60 * MB), read('mary', 8 * MB), read('joan', 8 * MB)];
  assert.throws(() => read('alan', LARGE_BYTES + 1), { code: 'busy' });
  first!.end();
  read('alan', 7 * MB);
  assert.throws(() => read('ada', MB), { code: 'busy' });
  other!.end();
  read('ada', MB);
  assert.deepEqual(refused, ['large_reads', 'large_reads', 'large_reads']);
});

test('small reads are never refused', () => {
  const { atOnce, requestOf } = setUp();
  atOnce.enterRead(requestOf('ada'), 60 * MB);
  for (let nth = 0; nth < 10_000; nth += 1) atOnce.enterRead(requestOf('ada'), LARGE_BYTES);
});
