import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser, PEOPLE } from './browser/open-browser.ts';
import { startSite } from './browser/start-site.ts';

const chromiumPath = process.env.TEST_CHROMIUM_PATH;
const webServer = process.env.TEST_WEB_SERVER_PATH;
const missing = [
  chromiumPath ? '' : 'TEST_CHROMIUM_PATH (a Chromium)',
  webServer ? '' : 'TEST_WEB_SERVER_PATH (the built server)',
].filter(Boolean);
const skip = missing.length > 0 && `needs ${missing.join(' and ')}: run "npm test"`;

test('people at the pages', { skip }, async (t) => {
  const site = await startSite(t, webServer!);
  const { identityUrl } = site.system;
  const openAs = (person: keyof typeof PEOPLE) =>
    openBrowser(t, chromiumPath!, site.url, { identityUrl, person: PEOPLE[person] });

  await t.test('an admin sees who they are, and what is for admins', async (t) => {
    const page = await (await openAs('admin')).open(t, '/queues');
    await page.getByTitle('admin@example.com').waitFor();
    const links = page.getByRole('navigation', { name: 'Main' });
    await links.getByRole('link', { name: 'Secrets' }).waitFor();
    await page.getByRole('button', { name: 'Pause default' }).waitFor();
  });

  await t.test('a builder sees neither, and is told so who goes there all the same', async (t) => {
    const page = await (await openAs('builder')).open(t, '/queues');
    await page.getByTitle('builder@example.com').waitFor();
    await page.locator('[data-lane=default]').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Pause default' }).count(), 0);
    assert.equal(await page.getByRole('link', { name: 'Secrets' }).count(), 0);
    await page.goto('/secrets');
    await page.getByText('The request is not allowed').waitFor();
  });

  await t.test('who logs out is out, here and at the login service', async (t) => {
    const browser = await openAs('builder');
    const page = await browser.open(t, '/runs');
    const session = await page.context().storageState();
    await page.getByRole('button', { name: 'Log out builder@example.com' }).click();
    await page.waitForURL(`${identityUrl}/**/login/**`);
    await page.getByLabel('Password').waitFor();
    assert.deepEqual(browser.policyViolations, []);

    const copy = await browser.open(t, '/health', { storageState: session });
    const answer = await copy.request.get('/auth/me');
    assert.equal(answer.status(), 401, 'a copy of the cookie is worth nothing');
  });
});
