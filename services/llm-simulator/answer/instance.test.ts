import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeInstance } from './instance.ts';

const TRIAGE = {
  type: 'object',
  required: ['severity', 'services'],
  properties: {
    severity: { enum: ['low', 'medium', 'high'] },
    services: { type: 'array', items: { type: 'string' }, maxItems: 2 },
  },
};

test('an enumeration takes the value that the prompt mentions, not a part of another word', () => {
  const prompt = 'The lowest floor is flooded, a high urgency.';
  assert.equal(makeInstance(TRIAGE.properties.severity, prompt, 1), 'high');
});

test('a list of strings takes the names of the prompt, up to the limit', () => {
  const prompt = 'Look: {"name":"api","state":"down"} {"name":"db"} {"name":"api"} {"name":"web"}';
  const instance = makeInstance(TRIAGE, prompt, 1) as { services: string[] };
  assert.deepEqual(instance.services, ['api', 'db']);
});

test('numbers keep to their limits and depend on prompt and seed alone', () => {
  const score = { type: 'integer', minimum: 3, maximum: 7 };
  const scores = Array.from({ length: 50 }, (_, index) =>
    makeInstance(score, `answer ${index}`, 1),
  );
  assert.deepEqual([...new Set(scores)].sort(), [3, 4, 5, 6, 7]);
  assert.equal(makeInstance(score, 'answer 1', 1), makeInstance(score, 'answer 1', 1));
  const share = makeInstance({ type: 'number', minimum: 0, maximum: 1 }, 'x', 1) as number;
  assert.ok(share >= 0 && share <= 1);
});

test('limits in the description count, too', () => {
  const score = { type: 'integer', description: 'Out of ten.\n\n{minimum: 9, maximum: 10}' };
  for (const prompt of ['a', 'b', 'c', 'd'])
    assert.ok([9, 10].includes(makeInstance(score, prompt, 1) as number));
});

test('strings keep their length, formats their form', () => {
  const prompt = 'One short sentence about nothing at all. Another one that says more about it.';
  const text = makeInstance({ type: 'string', maxLength: 10 }, prompt, 1) as string;
  assert.equal(text.length, 10);
  assert.equal(makeInstance({ type: 'string', format: 'date' }, prompt, 1), '2026-01-01');
});

test('references resolve and a schema that refers to itself ends', () => {
  const tree = {
    $ref: '#/$defs/node',
    $defs: {
      node: {
        type: 'object',
        required: ['label'],
        properties: { label: { type: 'string' }, child: { $ref: '#/$defs/node' } },
      },
    },
  };
  const instance = makeInstance(tree, 'A sentence for the label to say.', 1) as { label: string };
  assert.match(instance.label, /sentence/);
});
