import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { validateDefinition } from '@aio/core/definition/validate';
import { parseYaml } from '@aio/core/definition/parse-yaml';
import { addStep } from './add-step.ts';
import { readDefinitionText } from './definition-text.ts';
import {
  applyEdits,
  connect,
  deleteStep,
  disconnect,
  type Edit,
  setNeeds,
  formatDefinition,
} from './edits.ts';
import { renameStep } from './rename-step.ts';
import { kindsOf, type SchemaNode } from './schema-at.ts';
import { SKELETONS } from './templates.ts';

const file = new URL('../../../core/definition/workflow.schema.json', import.meta.url);
const KINDS = kindsOf(JSON.parse(readFileSync(file, 'utf8')) as SchemaNode);
const kind = (name: string) => KINDS.find((one) => one.name === name)!;

const TEXT = `# Greets.
name: x
steps:
  # The first.
  a:
    type: transform # computes
    with: { value: 1 }

  # The second.
  b:
    type: transform
    needs: [ a ]   # odd   spacing
    if: steps.a.output == 1 && 'steps.a' != ''
    with:
      value: "\${{ steps.a.output }}, \${{ steps['a'].status }}, steps.a, \${{ steps.ab }}"
  c: {type: transform, with: {value: 2}}
output: \${{ steps.a.output }}
`;

type Change = (definition: ReturnType<typeof readDefinitionText>) => Edit[] | null;
function after(text: string, change: Change): string {
  const edits = change(readDefinitionText(text));
  assert.ok(edits, 'it can be edited');
  return applyEdits(text, edits);
}
const connected = (text: string, id: string, need: string) =>
  after(text, (it) => connect(it, id, need));
const disconnected = (text: string, id: string, need: string) =>
  after(text, (it) => disconnect(it, id, need));
const without = (text: string, id: string) => after(text, (it) => deleteStep(it, id));
const validOnes = (text: string): unknown[] => validateDefinition(parseYaml(text));

test('renaming a step changes its needs and expressions only', () => {
  const renamed = after(TEXT, (it) => renameStep(it, 'a', 'alpha'));
  const expected = TEXT.replace('  a:', '  alpha:')
    .replace('[ a ]', '[ alpha ]')
    .replace('if: steps.a.output', 'if: steps.alpha.output')
    .replace('"${{ steps.a.output }}', '"${{ steps.alpha.output }}')
    .replace("steps['a']", "steps['alpha']")
    .replace('output: ${{ steps.a.', 'output: ${{ steps.alpha.');
  assert.equal(renamed, expected);
  assert.equal(renameStep(readDefinitionText(TEXT), 'nope', 'x'), null);
});

test('setNeeds makes one edit', () => {
  const edits = setNeeds(readDefinitionText(TEXT), 'b', ['c']);
  assert.equal(edits?.length, 1);
  assert.equal(applyEdits(TEXT, edits!), TEXT.replace('[ a ]', '[ c ]'));
  assert.deepEqual(setNeeds(readDefinitionText(TEXT), 'b', ['a']), []);
  const folded = TEXT.replace('needs: [ a ]', 'needs: *some');
  assert.equal(setNeeds(readDefinitionText(folded), 'b', ['c']), null);
});

test('connect edits every form of needs', () => {
  assert.equal(connected(TEXT, 'b', 'c'), TEXT.replace('[ a ]', '[ a, c ]'));
  assert.equal(
    connected(TEXT, 'a', 'c'),
    TEXT.replace('# computes\n', '# computes\n    needs: [c]\n'),
  );
  assert.equal(
    connected(TEXT, 'c', 'b'),
    TEXT.replace('c: {type: transform,', 'c: {type: transform, needs: [b],'),
  );
  assert.deepEqual(connect(readDefinitionText(TEXT), 'b', 'a'), []);
  const block =
    'steps:\n  a: {type: x}\n  b:\n    needs:\n      - a # why\n    type: x\n  c: {type: x}\n';
  assert.equal(connected(block, 'b', 'c'), block.replace('- a # why\n', '- a # why\n      - c\n'));
  const empty = 'steps:\n  a:\n    type: x\n    needs: [] # none\n';
  assert.match(connected(empty, 'a', 'b'), /needs: \[b\] # none/);
});

test('disconnect removes one need, and the key with the last one', () => {
  assert.equal(
    disconnected(TEXT, 'b', 'a'),
    TEXT.replace('    needs: [ a ]   # odd   spacing\n', ''),
  );
  const two = 'steps:\n  b:\n    needs: [a, c]\n    type: x\n';
  assert.match(disconnected(two, 'b', 'a'), /needs: \[c\]/);
  assert.match(disconnected(two, 'b', 'c'), /needs: \[a\]/);
  const block = 'steps:\n  b:\n    needs:\n      - a\n      - c\n    type: x\n';
  assert.equal(disconnected(block, 'b', 'a'), block.replace('      - a\n', ''));
  assert.deepEqual(disconnect(readDefinitionText(TEXT), 'c', 'a'), []);
});

test('deleting a step removes its lines and its id from needs', () => {
  const withoutSecond = without(TEXT, 'b');
  assert.doesNotMatch(withoutSecond, /^ {2}b:/m);
  assert.match(withoutSecond, /# The first\.\n {2}a:/);
  assert.match(withoutSecond, /\n {2}c: \{/);
  const withoutFirst = without(TEXT, 'a');
  assert.doesNotMatch(withoutFirst, /needs/);
  assert.match(withoutFirst, /# The second\.\n {2}b:/);
  const only = 'name: x\nsteps:\n  a:\n    type: x\noutput: 1\n';
  assert.deepEqual(parseYaml(without(only, 'a')), { name: 'x', steps: {}, output: 1 });
  const last = 'steps:\n  a:\n    type: x\n  b:\n    type: y';
  assert.equal(without(last, 'b'), 'steps:\n  a:\n    type: x');
});

test('an added step of every kind is valid and follows the step it needs', () => {
  const start =
    'name: x\n# Steps.\nsteps:\n  a:\n    type: transform\n    with: { value: 1 } # one\noutput: 2\n';
  assert.ok(KINDS.length >= 8);
  for (const { name } of KINDS) {
    const text = after(start, (it) => addStep(it, { id: 'b', kind: kind(name), after: 'a' }));
    assert.deepEqual(validOnes(text), [], name);
    assert.match(text, /# one\n {2}b:\n {4}type: /);
    assert.match(text, /needs: \[a\]/);
  }
  const spaced = after(TEXT.replace('  c:', '\n  c:'), (it) =>
    addStep(it, { id: 'd', kind: kind('delay'), after: 'a' }),
  );
  assert.match(
    spaced,
    /value: 1 \}\n\n {2}d:\n {4}type: delay\n {4}needs: \[a\]\n.*\n.*\n\n {2}# The second/,
  );
});

test('the first step can be added to any text', () => {
  for (const text of ['', 'name: x\n', 'name: x\nsteps:\n', 'name: x\nsteps: {}\noutput: 1\n']) {
    const added = after(text, (it) => addStep(it, { id: 'a', kind: kind('delay'), after: null }));
    const { steps } = parseYaml(added) as { steps: unknown };
    assert.deepEqual(steps, { a: { type: 'delay', with: { duration: '30s' } } }, added);
  }
});

test('edited JSON stays JSON', () => {
  const steps = { a: { type: 'delay', with: { duration: '1s' } } };
  const json = JSON.stringify({ name: 'x', steps });
  const added = after(json, (it) => addStep(it, { id: 'b', kind: kind('delay'), after: 'a' }));
  const more = after(added, (it) => addStep(it, { id: 'c', kind: kind('delay'), after: null }));
  const linked = connected(more, 'c', 'b');
  const renamed = after(linked, (it) => renameStep(it, 'b', 'z'));
  const changed = JSON.parse(renamed).steps as Record<string, { needs: string[] }>;
  assert.deepEqual([Object.keys(changed), changed['c']!.needs], [['a', 'z', 'c'], ['z']]);
  const rest = JSON.parse(without(renamed, 'z')).steps;
  assert.deepEqual(Object.keys(rest), ['a', 'c']);
});

test('the skeletons are valid, and formatting keeps them and comments', () => {
  for (const text of Object.values(SKELETONS)) {
    assert.deepEqual(validOnes(text), []);
    assert.deepEqual(parseYaml(formatDefinition(text)!), parseYaml(text));
  }
  const formatted = formatDefinition(TEXT)!;
  for (const comment of ['# Greets.', '# The first.', '# computes', '# odd   spacing'])
    assert.ok(formatted.includes(comment), comment);
  assert.match(formatted, /needs: \[ a \] +# odd/);
  assert.equal(formatDefinition('a: [1'), null);
});
