import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonText, writeJson } from './json-text.ts';

const ODD = String.raw`{"b": 1.0, "a":1e400,"b":"\u0000\ud800", "__proto__":[ ]}`;

test('texts keep every byte, wherever they stand', () => {
  const text = new JsonText(ODD);
  const value = { first: text, list: [1, text, { text, none: undefined }], last: 'x' };
  assert.equal(writeJson(value), `{"first":${ODD},"list":[1,${ODD},{"text":${ODD}}],"last":"x"}`);
  assert.equal(writeJson(text), ODD);
});

test('is JSON.stringify for values without texts, and inside of texts', () => {
  const hole = String.raw`"\u004a"`;
  for (const value of [null, 'x', [hole, `\\${hole}`, 'J', '"J"', '\\"'], { [hole]: hole }])
    assert.equal(writeJson(value), JSON.stringify(value));
  const text = JSON.stringify(hole);
  assert.equal(writeJson([new JsonText(hole), new JsonText(text)]), `[${hole},${text}]`);
});

test('parses no text, and JSON.stringify alone still works', () => {
  assert.equal(writeJson([new JsonText('not parsed')]), '[not parsed]');
  assert.equal(JSON.stringify([new JsonText('{"a": 1.0}')]), '[{"a":1}]');
  const circular: unknown[] = [new JsonText('1')];
  circular.push(circular);
  assert.throws(() => writeJson(circular), TypeError);
  assert.equal(JSON.stringify(new JsonText('1')), '1');
});
