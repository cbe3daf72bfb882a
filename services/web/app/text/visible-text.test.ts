import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { parse, type SFCTemplateBlock } from 'vue/compiler-sfc';

type TemplateNode = NonNullable<SFCTemplateBlock['ast']>['children'][number];
/** Node types of the Vue compiler, which exports no names for them. */
const [ELEMENT, TEXT, INTERPOLATION, ATTRIBUTE] = [1, 2, 5, 6] as const;

/** Attributes and props that people see or hear. */
const SEEN = new Set(
  'label title placeholder description help hint alt yes no aria-label aria-roledescription'.split(
    ' ',
  ),
);
/** Names and examples that are the same in every language. */
const EXAMPLES = ['abc', 'order.paid', 'o-17', '{"amount": 3}', 'pager_token'];
const ALLOWED = new Set([...EXAMPLES, 'AIO', 'HTTP', 'JSON', 'PromQL …', 'v']);
const KEY = /\bt\(\s*(?:'[^']*'|`[^`]*`)/g;
const LETTERS = /\p{L}/u;
/** A literal that reads like text: it begins with a capital, or has several words. */
const LITERAL = /'((?:\p{Lu}|[^'`]*\p{L} )[^']*)'|`((?:\p{Lu}|[^`]*\p{L} )[^`]*)`/gu;

/** A script's `label: 'Any status'`. */
const SCRIPT = /\b(?:label|title|description|placeholder|text|hint)(?::| =) '(\p{Lu}[^']*)'/gu;

/** Texts of a component that do not come from `app/text/`. */
function textsIn(source: string): string[] {
  const { template, scriptSetup } = parse(source).descriptor;
  return [
    ...[...(scriptSetup?.content ?? '').matchAll(SCRIPT)].flatMap(([, text = '']) => wordsOf(text)),
    ...(template?.ast?.children ?? []).flatMap(textsOf),
  ];
}

function textsOf(node: TemplateNode): string[] {
  if (node.type === TEXT) return wordsOf(node.content);
  if (node.type === INTERPOLATION) return literalsOf(node.content.loc.source);
  return node.type === ELEMENT ? [...attributesOf(node), ...node.children.flatMap(textsOf)] : [];
}

function attributesOf({ props }: Extract<TemplateNode, { type: typeof ELEMENT }>): string[] {
  return props.flatMap((prop) => {
    if (prop.type === ATTRIBUTE)
      return SEEN.has(prop.name) ? wordsOf(prop.value?.content ?? '') : [];
    const isSeen = prop.name === 'bind' && prop.arg && SEEN.has(prop.arg.loc.source);
    return isSeen && prop.exp ? literalsOf(prop.exp.loc.source) : [];
  });
}

function wordsOf(text: string): string[] {
  const trimmed = text.trim().replaceAll(/\s+/g, ' ');
  return LETTERS.test(trimmed) && !ALLOWED.has(trimmed) ? [trimmed] : [];
}

function literalsOf(expression: string): string[] {
  return [...expression.replaceAll(KEY, '').matchAll(LITERAL)].flatMap(([, quoted, template]) =>
    wordsOf((quoted ?? template ?? '').replaceAll(/\$\{[^}]*\}/g, '…')),
  );
}

test('components contain no text', () => {
  const app = resolve(import.meta.dirname, '..');
  const files = globSync('**/*.vue', { cwd: app }).toSorted();
  assert.ok(files.length > 100, `${files.length} components`);
  const found = files.flatMap((file) =>
    textsIn(readFileSync(resolve(app, file), 'utf8')).map((text) => `${file}: ${text}`),
  );
  assert.deepEqual(found, []);
});

test('the search finds text, attributes and literals, and nothing else', () => {
  const template = (markup: string): string[] => textsIn(`<template>${markup}</template>`);
  assert.deepEqual(template('<p v-if="a">Text <b>{{ b }}</b>, 5 ms</p>'), ['Text', ', 5 ms']);
  assert.deepEqual(template('<A title="Some" class="x" name="y" label="–" />'), ['Some']);
  assert.deepEqual(template(`<A :label="a ? 'Copied' : \`Copy \${b}\`" />`), ['Copied', 'Copy …']);
  const script = `<script setup>const all = [{ label: 'Any', value: 'x' }]</script>`;
  assert.deepEqual(textsIn(script), ['Any']);
  const keys = template(`{{ $t('a.b') }} AIO {{ c ? 'not yet' : d[\`e.\${f}\`] }}`);
  assert.deepEqual(keys, ['not yet']);
});
