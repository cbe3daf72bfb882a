import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { postAsPage } from '../browser/post-as-page.ts';
import type { Stand } from './stand.ts';

/** Fails until the secret with the same name is set. */
const fragileWorkflow = (name: string, simulator: string): string => `
name: ${name}
steps:
  steady: { type: http, with: { url: '${simulator}/work?ms=10' } }
  guarded:
    type: http
    needs: [steady]
    retry: { maxAttempts: 1 }
    with:
      url: '${simulator}/work?ms=10'
      headers: { authorization: 'Bearer \${{ secrets.${name.replaceAll('-', '_')} }}' }
`;

/** Its call lasts until the simulator releases it. */
const outageWorkflow = (simulator: string): string => `
name: web-outage
steps:
  work: { type: http, with: { url: '${simulator}/work?hold=outage' } }
  agree: { type: approval, needs: [work], with: { message: Continue? } }
`;

/** Users handle failures and outages. */
export async function testJourney(
  t: TestContext,
  { site, browser, builder }: Stand,
): Promise<void> {
  const { api, simulator } = site.system;

  /** Waits until a run requests an approval. @returns its id */
  const asked = (runId: string): Promise<string> => {
    const find = async () =>
      (await api.listPendingApprovals()).find((one) => one.runId === runId)?.id;
    return waitUntil(find, { what: `an approval of ${runId}`, timeoutMs: 30_000 });
  };

  await t.test('a user retries a failed run, and the runs link to each other', async (t) => {
    const name = 'web-fragile';
    const page = await browser.open(t, '/workflows', { storageState: builder });
    const isAt = (id: string) => page.waitForURL(({ pathname }) => pathname === `/runs/${id}`);
    const yaml = fragileWorkflow(name, simulator.url);
    await postAsPage(page, '/workflows', yaml, 'application/yaml');
    await page.reload();
    await page.getByRole('link', { name, exact: true }).click();
    await page.getByRole('button', { name: 'Start run' }).click();
    await page.waitForURL('**/runs/*');
    const first = new URL(page.url()).pathname.split('/').at(-1)!;
    await page.getByRole('group', { name: /^Step .+ failed$/ }).waitFor();
    const calls = (await simulator.calls()).total;
    await api.putSecret(name.replaceAll('-', '_'), 'there now');

    await page.getByRole('button', { name: /^Retry/ }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(first));
    const second = page.url().split('/').at(-1)!;
    await page.locator('header [data-status=succeeded]').waitFor();
    const { total } = await simulator.calls();
    assert.equal(total, calls + 1, 'what had succeeded is not repeated');

    await page.getByRole('link', { name: /^Retry of/ }).click();
    await isAt(first);
    await page.locator('header [data-status=failed]').waitFor();
    await page.getByRole('link', { name: /^Retried by/ }).click();
    await isAt(second);
    await page.getByRole('link', { name: 'Compare' }).click();
    await page.waitForURL(`**/runs/compare?a=${first}&b=${second}`);
    await page.getByRole('heading', { name: 'Compare' }).waitFor();
  });

  await t.test('a run continues while the API is down, and its page catches up', async (t) => {
    await api.createWorkflow(outageWorkflow(simulator.url));
    const { id } = await api.submitRun('web-outage', {});
    const page = await browser.open(t, `/runs/${id}`);
    const list = await browser.open(t, '/runs');
    await list.locator('tr[data-run]').first().waitFor();
    await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
    const away = page.getByText('The API does not answer');
    t.after(() => site.apiPath.set('open'));
    await page.locator('[data-step=work]').waitFor();
    await site.apiPath.set('refused');
    await away.waitFor();
    assert.ok(await page.locator('[data-step=work]').isVisible(), 'loaded steps stay');
    await list.getByText('The API does not answer').waitFor();
    assert.ok(await list.locator('tr[data-run]').first().isVisible(), 'loaded rows stay');
    await simulator.release('outage');
    await asked(id);
    const card = page.getByRole('region', { name: 'Approval agree' });
    assert.equal(await card.count(), 0);
    await site.apiPath.set('open');
    await away.waitFor({ state: 'detached' });
    await list.getByText('The API does not answer').waitFor({ state: 'detached' });
    await card.getByRole('button', { name: 'Approve' }).click();
    await page.locator('header [data-status=succeeded]').waitFor();
    assert.ok(await page.evaluate(() => 'isSamePage' in globalThis), 'the page did not reload');
  });
}
