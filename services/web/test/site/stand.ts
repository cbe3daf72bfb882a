import type { TestContext } from 'node:test';
import type { Run } from '../../shared/api.ts';
import { type Browser, openBrowser, type StorageState } from '../browser/open-browser.ts';
import { type Site, startSite } from '../browser/start-site.ts';
import { startTracing } from '../browser/start-tracing.ts';

/** What the parts of `site.test.ts` share. A part names its own workflows, since the admin sees those of all parts. */
export interface Stand {
  site: Site;
  /** Opens pages as the admin unless it gets another session. */
  browser: Browser;
  builder: StorageState;
  /** Address of the trace store. */
  storeUrl: string;
}

/** Starts the web UI with an API, a worker for `http` and `llm`, and a trace store. */
export async function openStand(t: TestContext): Promise<Stand> {
  const tracing = await startTracing(t);
  const site = await startSite(t, {
    ...tracing,
    // One http step at a time: a second one queues while the first one runs.
    WORKER_KINDS: 'http:1,llm:2',
    HTTP_STEP_ALLOW_HOSTS: '127.0.0.1',
    LOG_LEVEL: 'info',
  });
  const browser = await openBrowser(t, site);
  const builder = await browser.logIn('builder');
  await browser.logIn('admin');
  return { site, browser, builder, storeUrl: tracing['JAEGER_QUERY_URL']! };
}

/** A run as the page gets it. */
export async function readRun({ system }: Site, id: string): Promise<Run> {
  return (await system.api.getRun(id)) as unknown as Run;
}
