import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { ACTIONS } from '../../app/audit/entries.ts';
import { enter } from '../browser/keys.ts';
import { fillIn, logIn } from '../browser/log-in.ts';
import { checkPage, follow } from '../browser/check-pages.ts';
import { untilCount } from '../browser/checks.ts';
import { PEOPLE } from '../browser/people.ts';
import { insertAuditEntry, startRun } from '../browser/rows.ts';
import { JAEGER_UI } from '../browser/start-pages.ts';
import type { PagesStand } from './stand.ts';

const MENU = 'Overview,Runs,Workflows,Inbox,Health,Dashboards,Settings'.split(',');

/** Users log in and see the pages of their roles. */
export async function testLogin(t: TestContext, { pages, browser }: PagesStand): Promise<void> {
  const { api, login, machine, redis } = pages;

  const card = (page: Page, name: string) => page.getByRole('region', { name });
  /** Labels of a navigation, without counts. */
  const navigation = async (page: Page, name = 'Main') => {
    const links = page.getByRole('navigation', { name }).getByRole('link');
    return (await links.allInnerTexts()).map((text) => text.split('\n')[0]);
  };

  async function openMenu(page: Page): Promise<void> {
    await page.getByRole('button', { name: /^Account of / }).click();
    await page.getByRole('button', { name: 'Log out' }).waitFor();
  }

  await t.test('without the login service, pages show an error and continue later', async (t) => {
    await login.stop();
    const page = await browser.openAlone(t, '/runs?status=failed');
    await card(page, 'Log in to AIO').getByText('/runs?status=failed').waitFor();
    assert.deepEqual(await navigation(page), [], 'a person without a session sees no navigation');
    await checkPage(page);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('You cannot log in at the moment').waitFor();
    await page.getByText('The login service does not answer.').waitFor();
    await checkPage(page);

    const bookmarked = await browser.openAlone(t, '/auth/login?returnTo=%2Fqueues');
    await bookmarked.getByText('You cannot log in at the moment').waitFor();
    await login.start();
    for (const waiting of [page, bookmarked]) await waiting.waitForURL(`${pages.loginUrl}/**`);
    await fillIn(page, PEOPLE.builder);
    await page.waitForURL(`${pages.url}/runs?status=failed`);
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor();
  });

  await t.test('a user restarts a login that did not finish', async (t) => {
    const page = await browser.openAlone(t, '/auth/callback?code=c&state=of-another');
    await page.getByText('AIO could not complete your login.').waitFor();
    await checkPage(page);
    const asked: string[] = [];
    page.on('request', (request) => void asked.push(new URL(request.url()).pathname));
    await page.getByRole('button', { name: 'Log in' }).click();
    await fillIn(page, PEOPLE.builder);
    await page.waitForURL(`${pages.url}/overview`);
    const ofLogins = asked.filter((path) => /^\/auth\/(login|callback)/.test(path));
    assert.deepEqual(ofLogins, ['/auth/login', '/auth/callback'], 'the quota of logins counts two');
  });

  // The login service that started again does not renew earlier sessions.
  const builder = await browser.logIn('builder');
  const approver = await browser.logIn('approver');
  await browser.logIn('admin');

  await t.test('a builder sees their account, and no pages or buttons for admins', async (t) => {
    const page = await browser.open(t, '/runs', { storageState: builder });
    const asked: string[] = [];
    page.on('request', (request) => void asked.push(new URL(request.url()).pathname));
    await openMenu(page);
    const menu = card(page, 'Account of Bea Builder');
    for (const text of ['Bea Builder', 'builder@example.com', 'builder'])
      await menu.getByText(text, { exact: true }).waitFor();
    const reference = menu.getByRole('link', { name: 'API reference' });
    assert.equal(await reference.getAttribute('href'), '/api/v1/docs');
    await checkPage(page);
    await page.keyboard.press('Escape');
    const hidden = ['Dashboards', 'Settings'];
    assert.deepEqual(
      await navigation(page),
      MENU.filter((name) => !hidden.includes(name)),
    );
    await follow(page, '/health/queues');
    await page.locator('[data-lane=default]').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Pause default' }).count(), 0);

    for (const path of ['/settings/secrets', '/settings/audit', '/dashboards', '/health/alerts']) {
      await follow(page, path);
      const forbidden = card(page, "You don't have access");
      await forbidden.getByText('You need the role admin').waitFor();
      await forbidden.getByText(/builder@example\.com/).waitFor();
      await checkPage(page);
      await forbidden.getByRole('link', { name: 'Overview' }).click();
      await page.getByRole('heading', { name: 'Overview', exact: true }).waitFor();
    }
    assert.ok(!asked.some((path) => /secrets|audit|dashboards|alerts/.test(path)));
  });

  await t.test('an admin sees secrets and the audit log', async (t) => {
    const page = await browser.open(t, '/settings/secrets');
    await page.getByRole('heading', { name: 'Set a secret' }).waitFor();
    assert.deepEqual(await navigation(page), MENU);
    assert.deepEqual(await navigation(page, 'Settings'), ['Secrets', 'Audit log']);
    await follow(page, '/health/queues');
    await page.getByRole('button', { name: 'Pause default' }).waitFor();
  });

  await t.test('nothing moves when the sidebar appears', async (t) => {
    const page = await browser.open(t, '/settings/secrets');
    const { promise: known, resolve: know } = Promise.withResolvers<void>();
    await page.route('**/auth/me', async (route) => {
      await known;
      await route.continue();
    });
    await page.reload();
    const main = page.getByRole('main');
    await main.waitFor();
    const place = async () => {
      const { x = 0, y = 0 } = (await main.boundingBox()) ?? {};
      return { x, y };
    };
    const before = await place();
    assert.ok(before.x > 0, 'beside the sidebar');
    know();
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    assert.deepEqual(await place(), before);
  });

  const runId = await startRun(machine);

  await t.test('the audit log: newest first, filtered, page by page, with traces', async (t) => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    for (let nth = 1; nth <= 60; nth += 1)
      await insertAuditEntry(api, { action: 'retryRun', target: `runs/old-${nth}` });
    await insertAuditEntry(api, { action: 'cancelRun', target: `runs/${runId}`, traceId });
    const page = await browser.open(t, '/settings/audit');
    const rows = page.locator('tbody tr');
    await rows.first().getByText('Cancelled a run').waitFor();
    assert.equal(await rows.count(), 50);
    const trace = rows.first().getByRole('link', { name: `Trace ${traceId.slice(0, 8)}` });
    assert.equal(await trace.getAttribute('href'), `${JAEGER_UI}/trace/${traceId}`);
    await checkPage(page);

    await page.getByRole('link', { name: 'Older' }).click();
    await page.waitForURL('**cursor=*');
    const logins = page.locator('[data-action=finishLogin]');
    await logins.first().getByText('Logged in').waitFor();
    await page.getByRole('link', { name: 'Newest' }).click();
    await rows.first().getByText('Cancelled a run').waitFor();

    await enter(page, 'Who', 'builder@example.com');
    await page.waitForURL('**who=builder@example.com');
    await untilCount(logins, 4, 'four logins of the builder');
    await page.reload();
    await untilCount(logins, 4, 'the filter is kept');
    await enter(page, 'Object', 'runs/none');
    await page.getByText('No entries match these filters').waitFor();
    await page.getByRole('link', { name: 'Clear' }).click();

    await page.getByRole('combobox', { name: 'Action' }).click();
    await page.getByRole('option', { name: 'Logged in' }).click();
    await page.waitForURL('**action=finishLogin');
    await untilCount(rows, 7, 'seven logins');
    await page.getByRole('combobox', { name: 'When' }).click();
    await page.getByRole('option', { name: 'From … to …' }).click();
    await page.getByLabel('To', { exact: true }).fill('2020-01-01T00:00');
    await page.getByLabel('To', { exact: true }).press('Tab');
    await page.getByText('No entries match these filters').waitFor();

    await follow(page, `/settings/audit?target=runs/${runId}`);
    await untilCount(rows, 2, 'started and cancelled');
    await insertAuditEntry(api, { action: 'retryRun', target: `runs/${runId}` });
    await untilCount(rows, 3, 'the new entry appears automatically');
    const newest = rows.first();
    await newest.getByRole('link', { name: /^runs\// }).click();
    await page.waitForURL(`**/runs/${runId}`);
  });

  await t.test('every change that the API knows has a name in the audit log', () => {
    const questions = ['validateWorkflow', 'queryDashboard'];
    const ofGames = ['guessFault', 'watchGame'];
    // Its changes have the names of the operations on one run.
    const unaudited = [...questions, ...ofGames, 'bulkRuns', 'postVitals'];
    const changes = Object.values(api.document.paths).flatMap((methods) =>
      Object.entries(methods)
        .filter(([method]) => method !== 'get')
        .map(([, { operationId }]) => operationId),
    );
    const audited = changes.filter((id) => !unaudited.includes(id)).concat('finishLogin');
    assert.deepEqual(Object.keys(ACTIONS).toSorted(), audited.toSorted());
  });

  await t.test('an approver without a role sees only their approvals', async (t) => {
    const asked = await api.engine.ask(runId, { approver: { user: PEOPLE.approver.username } });
    await api.engine.ask(runId, { approver: { role: 'admin' } });
    const page = await browser.open(t, '/', { storageState: approver });
    await page.waitForURL('**/approvals');
    assert.deepEqual(await navigation(page), ['Inbox', 'Health'], 'Health has game days');
    await page.getByRole('link', { name: 'Inbox 1 pending' }).waitFor();
    const approval = card(page, 'Approval ask');
    await approval.getByText('chain', { exact: true }).waitFor();
    assert.equal(await approval.count(), 1);
    assert.equal(await approval.getByRole('link').count(), 0, 'another user owns the run');
    await checkPage(page);
    await approval.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('No approvals are waiting').waitFor();
    await page.getByText('You approved the step ask.').waitFor();
    await page.locator(':focus').getByText('You approved').waitFor();
    const row = page.locator('[data-decision=approved]');
    await row.getByText(PEOPLE.approver.username).waitFor();
    assert.equal(await page.getByRole('main').getByRole('link').count(), 0);
    await checkPage(page);
    const { status, decidedBy } = await machine('GET', `/approvals/${asked}`);
    assert.deepEqual([status, decidedBy], ['approved', PEOPLE.approver.username]);

    await page.goto(`/runs/${runId}`);
    const forbidden = card(page, "You don't have access");
    await forbidden.getByText('You need the role builder or admin').waitFor();
    await forbidden.getByRole('link', { name: 'Approvals' }).click();
    await page.waitForURL('**/approvals');
  });

  await t.test('the owner of a run sees which approver it waits for', async (t) => {
    const ofBuilder = await api.query(
      `update approvals set owner = (select subject from principals where name = $1)
       where status = 'pending' returning id`,
      [PEOPLE.builder.username],
    );
    assert.equal(ofBuilder.length, 1);
    const page = await browser.open(t, '/inbox/approvals', { storageState: builder });
    const approval = card(page, 'Approval ask');
    await approval.getByText('Waiting for someone else').waitFor();
    await approval.getByText('by role admin').waitFor();
    assert.equal(await approval.getByRole('button').count(), 0);
  });

  await t.test(
    'while Redis stands still, pages keep what they show, and say why they do not update',
    async (t) => {
      const openRun = await startRun(machine);
      const page = await browser.open(t, '/settings/audit');
      const row = page.locator('tbody tr').first();
      await row.waitFor();
      const run = await browser.open(t, `/runs/${openRun}`);
      const live = (text: string) => run.locator('header').getByText(text, { exact: true });
      await live('Live').waitFor();
      const thaw = redis.freeze();
      t.after(thaw);
      const away = 'AIO’s queue store does not answer';
      const notices = [page, run].map((one) => one.locator('[data-outage]'));
      for (const notice of notices) await notice.getByText(away).waitFor();
      assert.equal(await page.getByText(away).count(), 1, 'one notice');
      assert.ok(await row.isVisible(), 'loaded entries stay');
      await checkPage(run);
      await openMenu(page);
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.getByText('You are still logged in', { exact: true }).waitFor();

      const later = await browser.open(t, '/workflows/chain');
      const waiting = card(later, 'Reconnecting…');
      await waiting.getByText(away).waitFor();
      await waiting.getByText('Nothing that AIO has accepted is lost').waitFor();
      await waiting.getByText('This page continues automatically when AIO is back.').waitFor();
      await checkPage(later);
      const loginPage = await browser.openAlone(t, '/auth/login');
      await loginPage.getByText('Nothing that AIO has accepted is lost').waitFor();

      thaw();
      await later.getByRole('heading', { name: 'chain' }).waitFor();
      for (const notice of notices) await notice.waitFor({ state: 'detached' });
      await live('Live').waitFor();
      await loginPage.waitForURL(`${pages.loginUrl}/**`);
    },
  );

  await t.test('after the end of a session, pages lead to the login and back', async (t) => {
    const page = await browser.open(t, '/runs', { storageState: builder });
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor();
    const [cookie] = await page.context().cookies(pages.url);
    const other = await page.context().newPage();
    await other.goto('/health/queues');
    await openMenu(page);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.waitForURL(`${pages.url}/`);
    await card(page, 'Log in to AIO').waitFor();
    await card(other, 'Log in to AIO').waitFor();
    const headers = { cookie: `aio_session=${cookie!.value}` };
    const kept = await fetch(`${api.url}/auth/me`, { headers });
    assert.equal(kept.status, 401, 'a copy of the cookie is not valid any more');
    await logIn(other, 'approver');
    await card(other, "You don't have access").waitFor();
  });
}
