import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { WEB_ROUTES } from '@aio/catalog/metrics/web-labels';
import { pageOf } from './page-of.ts';

const PAGES = resolve(import.meta.dirname, '../pages');

/** `runs/[id].vue` -> `/runs/:id()`, as Nuxt names the path of a page. */
function pathOf(file: string): string {
  const path = file
    .replace(/\.vue$/, '')
    .replace(/(^|\/)index$/, '')
    .replaceAll(/\[(\w+)\]/g, ':$1()');
  return `/${path}`;
}

test('the catalogue names every page of the web UI, and no other', () => {
  const files = globSync('**/*.vue', { cwd: PAGES });
  const pages = files.map((file) => pageOf({ matched: [{ path: pathOf(file) }] as never }));
  assert.deepEqual(pages.toSorted(), WEB_ROUTES.toSorted());
});
