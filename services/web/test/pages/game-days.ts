import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import type { Game } from '@aio/catalog/game-days';
import { sampleGame } from '../../../api/testing/sample-game.ts';
import { checkPage, follow } from '../browser/check-pages.ts';
import { setVisibility } from '../browser/checks.ts';
import type { PagesStand } from './stand.ts';

const PATH = '/health/game-days';

/** Faults of the running system: the promise, the game, the verdict. */
export async function testGameDays(
  t: TestContext,
  { browser, builder, controller }: PagesStand,
): Promise<void> {
  const page = await browser.open(t, '/health/alerts');
  const game = page.locator('[data-game]');
  const setGame = (next: Game | null) => {
    controller.days = { ...controller.days, game: next };
  };

  await t.test('the tab lists faults, and why one cannot run', async () => {
    await page.getByRole('link', { name: 'Game days' }).click();
    await page.waitForURL(`**${PATH}`);
    const faults = page.locator('[data-fault]');
    await faults.first().waitFor();
    assert.equal(await faults.count(), controller.days.faults.length);
    await page.getByText('Not here: npm start did not start PostgreSQL').waitFor();
    await page.getByText('Promises need 8 more minutes of traffic.').waitFor();
    await checkPage(page);
  });

  await t.test('with the keyboard alone: the promise, the question, the start', async () => {
    await page.locator('[data-fault=no-worker]').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**fault=no-worker');
    const promise = page.locator('[data-promise]');
    await promise.getByText('within 2 m').waitFor();
    await promise.getByText('Measured: fires after 1 m 1 s, arrives after 1 m 5 s.').waitFor();
    await promise.getByText('OldestJobAge, TargetDown{job="worker"}').waitFor();
    await checkPage(page);
    const start = page.getByRole('button', { name: 'Start', exact: true });
    await start.focus();
    await page.keyboard.press('Enter');
    const question = page.getByRole('dialog', { name: 'Break the running system?' });
    await question.getByText(/all workers are killed/).waitFor();
    await checkPage(page);
    await question.getByRole('button', { name: 'Break it' }).focus();
    await page.keyboard.press('Enter');
    await game.getByText('Broken', { exact: true }).waitFor();
    assert.ok(controller.asked.includes('POST /game {"fault":"no-worker"}'));
    assert.ok(await start.isDisabled());
    await page.getByText('A game is under way.').waitFor();
  });

  await t.test('events appear on one axis; a wrong alert has a word', async () => {
    const at = Date.now();
    const line = (
      [
        ['fault', 0, 'all workers are killed'],
        ['first-error', 3.2, 'no worker'],
        ['pending', 31, 'NoWorkerUp'],
        ['firing', 61, 'NoWorkerUp'],
        ['firing', 62, 'RunsFailing'],
        ['delivered', 64.5, 'NoWorkerUp'],
      ] as const
    ).map(([kind, seconds, what]) => ({ kind, seconds, what, at: at + seconds * 1000 }));
    const panels = [{ dashboardUid: 'aio-queue-workers', title: 'Workers up' }] as const;
    setGame(sampleGame({ brokenAt: at - 70_000, line, wrong: ['RunsFailing'], panels }));
    const kinds = () =>
      game.locator('[data-kind]').evaluateAll((rows) => rows.map((row) => row.dataset['kind']));
    await waitUntil(async () => (await kinds()).length === line.length, { what: 'all events' });
    assert.deepEqual(
      await kinds(),
      line.map(({ kind }) => kind),
    );
    const wrong = game.locator('tr', { hasText: 'RunsFailing' });
    await wrong.getByText('Wrong alert').waitFor();
    await game.getByText('promised within 2 m').waitFor();
    await game.getByRole('heading', { name: 'Workers up' }).waitFor();
    await game.getByText(/Mended in .* at the latest/).waitFor();
    await checkPage(page);
  });

  await t.test('the page says that it watches while it is visible', async () => {
    const watched = () => controller.asked.filter((one) => one === 'POST /game/watching').length;
    await setVisibility(page, 'hidden');
    const before = watched();
    await setVisibility(page, 'visible');
    await waitUntil(() => watched() > before, { what: 'the page watches' });
  });

  await t.test('a builder watches, and cannot start or stop', async (t) => {
    const other = await browser.open(t, `${PATH}?fault=flood`, { storageState: builder });
    await other.getByText('Only admins start game days.').waitFor();
    assert.ok(await other.getByRole('button', { name: 'Start', exact: true }).isDisabled());
    assert.equal(await other.getByRole('button', { name: 'Stop and mend' }).count(), 0);
    assert.equal(await other.getByRole('button', { name: 'Run traffic' }).count(), 0);
    await checkPage(other);
  });

  await t.test('an admin stops', async () => {
    await game.getByRole('button', { name: 'Stop and mend' }).click();
    await game.getByText('Being mended').waitFor();
    assert.ok(controller.asked.includes('POST /game/stop'));
  });

  const verdict = {
    isKept: false,
    misses: ['NoWorkerUp fired after 130 s'],
    skipped: ['delivery: this machine has no Alertmanager on PATH'],
    accepted: 1240,
    lost: 0,
    doubled: 0,
    detect: 130,
    deliver: null,
    recover: 28,
    missingMinutes: 8,
    links: [
      { what: 'trace', path: '/runs/0199' },
      { what: 'runbook', path: '/health/alerts?alert=NoWorkerUp' },
    ],
  } as const;
  const line = [{ kind: 'firing', at: Date.now(), seconds: 130, what: 'NoWorkerUp' }] as const;

  await t.test('the verdict: promised and seen, misses, links', async () => {
    setGame(sampleGame({ state: 'ended', line, verdict }));
    const shown = page.locator('[data-verdict]');
    await shown.getByText('Promise broken').waitFor();
    await shown.locator('[data-result=late]').waitFor();
    await shown.getByText('NoWorkerUp fired after 130 s').waitFor();
    await shown.getByText(/no Alertmanager on PATH/).waitFor();
    await shown.getByText('There were 8 minutes of traffic too little').waitFor();
    await shown.getByRole('link', { name: 'An affected run' }).waitFor();
    await checkPage(page);
    await shown.getByRole('link', { name: 'The runbook' }).click();
    await page.waitForURL('**/health/alerts?alert=NoWorkerUp');
  });

  await t.test('a blind game: choose the cause, then see promise and verdict', async () => {
    setGame(null);
    await follow(page, PATH);
    await page.getByRole('button', { name: 'Do not tell me which' }).click();
    await page.getByRole('button', { name: 'Break it' }).click();
    await game.getByText('Something is broken. What is it?').waitFor();
    assert.equal(await game.locator('[data-promise]').count(), 0);
    assert.equal(await game.getByRole('radio').count(), 3, 'all that can run');
    await checkPage(page);
    await game.getByRole('radio', { name: /^flood/ }).check();
    await game.getByRole('button', { name: 'Name the cause' }).click();
    await game.getByText('It is no-worker, and not flood.').waitFor();
    await game.locator('[data-promise]').waitFor();
  });

  await t.test('without the controller, the page says so and continues later', async () => {
    controller.refusal = { status: 500, body: { error: 'stopped' } };
    await page.getByText('The controller of game days does not answer', { exact: true }).waitFor();
    await page.locator('[data-fault]').first().waitFor();
    await checkPage(page);
    controller.refusal = null;
    const away = page.getByText('The controller of game days does not answer', { exact: true });
    await away.waitFor({ state: 'detached' });
  });
}
