import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateDefinition } from '@aio/core/definition/validate';
import { parseYaml } from '@aio/core/definition/parse-yaml';
import { formatDefinition } from './definition-text.ts';
import { SKELETONS } from './templates.ts';

const TEXT = `# Greets.
name: x
steps:
  # The first.
  a:
    type: transform # computes
    needs: [ b ]   # odd   spacing
`;

test('the skeletons are valid, and formatting keeps them and comments', () => {
  for (const text of Object.values(SKELETONS)) {
    assert.deepEqual(validateDefinition(parseYaml(text)), []);
    assert.deepEqual(parseYaml(formatDefinition(text)!), parseYaml(text));
  }
  const formatted = formatDefinition(TEXT)!;
  for (const comment of ['# Greets.', '# The first.', '# computes', '# odd   spacing'])
    assert.ok(formatted.includes(comment), comment);
  assert.match(formatted, /needs: \[ b \] +# odd/);
  assert.equal(formatDefinition('a: [1'), null);
  assert.equal(formatDefinition('{"a":[1]}'), '{\n  "a": [\n    1\n  ]\n}\n');
});
