import type { TestContext } from 'node:test';
import { type Browser, openBrowser, type StorageState } from '../browser/open-browser.ts';
import { type ObservedSite, startObserved } from '../browser/start-observed.ts';

/** What the parts of `observed.test.ts` share. */
export interface Observed {
  site: ObservedSite;
  /** Opens pages as the admin unless it gets another session. */
  browser: Browser;
  builder: StorageState;
}

/** Starts the web UI with an API, a worker for `http`, and a Prometheus that scrapes them. */
export async function openObserved(t: TestContext): Promise<Observed> {
  const site = await startObserved(t);
  const browser = await openBrowser(t, site);
  const builder = await browser.logIn('builder');
  await browser.logIn('admin');
  return { site, browser, builder };
}
