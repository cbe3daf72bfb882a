import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { listAlerts } from '@aio/catalog/alerts/alerts';
import { alertPage, runbookFile } from '@aio/catalog/alerts/alert';
import { BOARDS } from '@aio/catalog/boards';
import { BOARD_FILES, panelsOf } from './generated-boards.ts';

const RUNBOOKS = new URL('../../observability/runbooks/', import.meta.url);
const pages = existsSync(RUNBOOKS)
  ? readdirSync(RUNBOOKS).filter((file) => file !== 'README.md')
  : [];
const uids: readonly string[] = Object.values(BOARDS).map(({ uid }) => uid);

for (const { file, board } of BOARD_FILES) {
  const panels = panelsOf(board);
  const links = panels.flatMap(({ title, links = [], fieldConfig }) =>
    [...links, ...(fieldConfig?.defaults.links ?? [])].map((link) => ({ panel: title, ...link })),
  );

  test(`${file}: links lead to existing boards and keep variables and time range`, () => {
    const between = board.links.filter(({ url }) => url.startsWith('/d/'));
    assert.ok(between.length > 0);
    for (const { url, includeVars, keepTime } of between) {
      assert.ok(uids.includes(url.slice('/d/'.length)), url);
      assert.deepEqual([includeVars, keepTime], [true, true], url);
    }
    for (const { panel, url } of links.filter(({ url }) => url.startsWith('/d/'))) {
      const [, uid = '', query] = /^\/d\/([\w-]+)\?(.*)$/.exec(url) ?? [];
      assert.ok(uids.includes(uid), `${panel}: ${url}`);
      assert.notEqual(uid, board.uid, `${panel} links to its own board`);
      assert.equal(query, '${__url_time_range}&${__all_variables}');
    }
  });

  test(`${file}: links to the traces`, () => {
    assert.ok(
      board.links.some(({ title, url }) => title === 'Jaeger' && url.includes('${jaeger}')),
    );
  });

  test(`${file}: panels of alerts link to their runbooks, which exist`, () => {
    for (const alert of Object.values(listAlerts()).flat()) {
      if (alert.panel.dashboardUid !== board.uid) continue;
      const panel = panels.find(({ title }) => title === alert.panel.title);
      const url = `\${aio}${alertPage(alert)}`;
      assert.ok(
        panel?.links?.some((link) => link.url === url),
        `${alert.panel.title}: ${url}`,
      );
      if (pages.length > 0) assert.ok(pages.includes(runbookFile(alert)), runbookFile(alert));
    }
  });

  test(`${file}: every other link leads to a board, Jaeger, a runbook or the runs of an owner`, () => {
    for (const { panel, title, url } of links) {
      const isKnown =
        /^\/d\/|^\$\{jaeger\}\/|^\$\{aio\}\/runs\?owner=/.test(url) ||
        title.startsWith('Runbook: ');
      assert.ok(isKnown, `${panel}: ${url}`);
    }
  });
}

test('runbooks name existing panels', () => {
  for (const page of pages) {
    const text = readFileSync(new URL(page, RUNBOOKS), 'utf8');
    for (const [, uid, title] of text.matchAll(/`(aio-[a-z-]+)`: "([^"]+)"/g)) {
      const file = BOARD_FILES.find(({ board }) => board.uid === uid);
      const titles = file ? panelsOf(file.board).map((panel) => panel.title) : [];
      assert.ok(titles.includes(title as string), `${page}: ${uid}: ${title}`);
    }
  }
});

test('the overview leads to every board', () => {
  const overview = BOARD_FILES.find(({ board }) => board.uid === BOARDS.overview.uid);
  const reached = overview?.board.links.map(({ url }) => url.replace('/d/', ''));
  for (const uid of uids) if (uid !== BOARDS.overview.uid) assert.ok(reached?.includes(uid), uid);
});
