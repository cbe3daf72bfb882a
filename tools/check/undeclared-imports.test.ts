import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { makeTestFolder } from '../testing/folder.ts';
import { findUndeclaredImports } from './undeclared-imports.ts';

test('finds imports of workspaces that package.json does not declare', (t) => {
  const root = makeTestFolder(t, 'imports');
  const files = {
    'package.json': '{ "workspaces": ["a", "b"] }',
    'a/package.json':
      '{ "name": "@aio/a", "dependencies": { "@aio/b": "*" }, "devDependencies": { "@aio/c": "*" } }',
    'a/one.ts': [
      "import { own } from '@aio/a/own';",
      "import { b } from '@aio/b';",
      "import type { C } from '@aio/c/c';",
      "import d from '@aio/d';",
      'import {',
      '  e,',
      "} from '@aio/e/e';",
      "export { f } from '@aio/f';",
      "import '@aio/g/g';",
      // In two parts, because the check also reads this file.
      `const h = await ${'import'}('@aio/h');`,
      'const text = "import x from \'@aio/x\'";',
      "// as in '@aio/y'",
    ].join('\n'),
    'a/deep/two.vue': "<script>\nimport { d } from '@aio/d';\n</script>",
    'a/node_modules/z/z.ts': "import z from '@aio/z';",
    'b/package.json': '{ "name": "@aio/b" }',
    'b/three.mjs': "import a from '@aio/a';",
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  assert.deepEqual(findUndeclaredImports(root), [
    'a/deep/two.vue: declare @aio/d in a/package.json',
    ...['d', 'e', 'f', 'g', 'h'].map((name) => `a/one.ts: declare @aio/${name} in a/package.json`),
    'b/three.mjs: declare @aio/a in b/package.json',
  ]);
});
