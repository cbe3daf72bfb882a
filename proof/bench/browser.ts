import { CHROMIUM } from '@aio/tools/servers/chromium';
import { findProgram } from '@aio/tools/programs/program';
import { USERS } from '@aio/identity/testing/users';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import type { BenchContext } from './part.ts';

/** A page of a logged-in user, in a browser with an empty cache. */
export interface MeasuredPage {
  page: Page;
  /** Bytes received over the wire so far, with headers. */
  bytes(): number;
  /** Event streams opened so far. */
  streams(): number;
  /** Event stream messages received so far. */
  events(): number;
  /** Bytes in use after a garbage collection. */
  heapBytes(): Promise<number>;
  close(): Promise<void>;
}

/** @returns a function that opens a page of the web UI as an admin. The browser closes when the part ends. */
export async function openBrowser(
  { programDir, searchPath, onEnd }: BenchContext,
  siteUrl: string,
): Promise<(path: string) => Promise<MeasuredPage>> {
  const { path: executablePath } = await findProgram(CHROMIUM, { dataDir: programDir, searchPath });
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  onEnd(() => browser.close());
  const context = await browser.newContext({ baseURL: siteUrl });
  await logIn(await context.newPage(), 'admin');
  const storageState = await context.storageState();
  await context.close();
  return async (path) => {
    const fresh = await browser.newContext({
      baseURL: siteUrl,
      storageState,
      viewport: { width: 1440, height: 900 },
    });
    return measure(fresh, path);
  };
}

/** Logs in at the web UI's own origin, with the form of the login service. */
export async function logIn(page: Page, user: keyof typeof USERS): Promise<void> {
  await page.goto('/');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.locator('#username').fill(USERS[user].username);
  await page.locator('#password').fill(USERS[user].password);
  await page.locator('#kc-login').click();
  await page.waitForURL('**/overview');
}

async function measure(context: BrowserContext, path: string): Promise<MeasuredPage> {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  let bytes = 0;
  // Streams stay open, so their bytes count as they arrive. Other responses count at their end.
  const streams = new Set<string>();
  devtools.on('Network.responseReceived', ({ requestId, response }) => {
    if (response.mimeType === 'text/event-stream') streams.add(requestId);
  });
  devtools.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
    if (streams.has(requestId)) bytes += encodedDataLength;
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (!streams.has(requestId)) bytes += encodedDataLength;
  });
  let opened = 0;
  devtools.on('Network.requestWillBeSent', ({ type }) => {
    if (type === 'EventSource') opened += 1;
  });
  let events = 0;
  devtools.on('Network.eventSourceMessageReceived', () => (events += 1));
  await page.goto(path);
  return {
    page,
    bytes: () => bytes,
    streams: () => opened,
    events: () => events,
    async heapBytes() {
      await devtools.send('HeapProfiler.collectGarbage');
      return (await devtools.send('Runtime.getHeapUsage')).usedSize;
    },
    close: () => context.close(),
  };
}
