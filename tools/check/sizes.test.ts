import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meaningOf } from './sizes.ts';

test('counts characters, but neither comments nor white space', () => {
  const code =
    "/** Says. */\nconst a = 'http://b'; // why\nconst c = /\\/\\/ d/;\nconst e = `// ${a /* f */}`;\n";
  assert.equal(
    meaningOf('a.ts', code),
    "consta='http://b';constc=/\\/\\/d/;conste=`//${a}`;".length,
  );
  assert.equal(meaningOf('a.vue', '<!-- b -->\n<script>\n// c\nlet d;\n</script>'), 22);
  assert.equal(meaningOf('a.yml', '# b\nc: d # e\n'), 3);
  assert.equal(meaningOf('a.sql', '-- b\nselect 1; -- c\n'), 8);
  assert.equal(meaningOf('a.md', '# b c\n'), 3);
});
