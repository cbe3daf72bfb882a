import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '@aio/stack/free-port';
import { PORTS } from '@aio/stack/ports';
import { startPart } from '@aio/stack/process';
import { webService } from '@aio/stack/start/services';
import { buildWeb } from '@aio/stack/web-build';
import { PROJECT_ROOT } from '../../lib/own-servers.ts';
import { parallel, toWorkflow } from '../../lib/shapes.ts';
import { type MeasuredPage, openBrowser } from '../measure/browser.ts';
import { type BenchContext, type BenchPart, figureTable, type PartResult } from '../part.ts';
import { formatFigure } from '../report.ts';
import { type BenchSystem, startBenchSystem } from '../system.ts';

const SLOTS = 64;
/** 360 steps in 20 s, each with a start and an end. */
const WATCHED = { name: 'watched', steps: 360, stepMs: 3500 };
/** About 50 events per second. */
const BUSY = { name: 'busy', steps: 1000, stepMs: 2500 };
const PRESSES = 60;
const PRESS_EVERY_MS = 250;

/** Measures the web UI's first load, its traffic during a run, its reaction to keys and its heap. */
export const web = partOf('web', 1);
/** The same with a page that stays open for ten minutes. */
export const webLong = partOf('web-long', 10);

/** @param minutes how long the run's page stays open */
function partOf(name: string, minutes: number): BenchPart {
  return { name, run: (context) => measure(context, minutes) };
}

async function measure(context: BenchContext, minutes: number): Promise<PartResult> {
  const { system, siteUrl } = await startSite(context);
  const open = await openBrowser(context, siteUrl);
  const firstLoad = await measureFirstLoad(open);
  context.say(`first load ${formatFigure(firstLoad)} kB`);
  const watching = await measureWatching(system, open);
  context.say(`watching a run ${formatFigure(watching)} kB/s`);
  const { slowest, eventRate, growth } = await measureBusyRun(system, open, minutes * 60_000);
  context.say(`slowest key press ${formatFigure(slowest)} ms`);
  return {
    tables: [
      figureTable('The web UI in Chromium', 'measured', {
        'first load of the overview, kB': firstLoad,
        [`watching a run of ${WATCHED.steps} steps, kB per second`]: watching,
        [`slowest of ${PRESSES} key presses, run of 1,000 steps, ms`]: slowest,
        'events per second meanwhile': eventRate,
        [`heap after ${minutes} min on that page, times that of its first seconds`]: growth,
      }),
    ],
    measured: {
      webFirstLoad: firstLoad,
      webWatching: watching,
      webSlowest: slowest,
      webHeapGrowth: growth,
    },
    method: `the built UI; bytes on the wire (compressed, with headers) into a browser without a cache; ${SLOTS} slots, steps of ${WATCHED.stepMs} and ${BUSY.stepMs} ms; a key press lasts from the key to the next paint (Event Timing); heap after a garbage collection`,
  };
}

async function startSite(context: BenchContext): Promise<{ system: BenchSystem; siteUrl: string }> {
  const { searchPath, dataDir } = context;
  const env = { PATH: searchPath };
  const server = await buildWeb({ root: PROJECT_ROOT, dataDir, env });
  const port = await findFreePort();
  const siteUrl = `http://127.0.0.1:${port}`;
  const system = await startBenchSystem(context, {
    env: { WORKER_KINDS: `http:${SLOTS}`, AIO_PUBLIC_URL: siteUrl, RATE_LIMITS: 'login=off' },
  });
  const service = {
    root: PROJECT_ROOT,
    dataDir: join(dataDir, 'web'),
    env: { ...env, AIO_PUBLIC_URL: siteUrl },
    ports: { ...PORTS, web: port, api: Number(new URL(system.apiUrl).port) },
  };
  const part = await startPart(webService(service, server));
  context.onEnd(part.stop);
  return { system, siteUrl };
}

type Open = Awaited<ReturnType<typeof openBrowser>>;

/** @returns kB until the overview is loaded and traffic stops */
async function measureFirstLoad(open: Open): Promise<number> {
  const measured = await open('/overview');
  await measured.page.getByRole('heading', { level: 1 }).waitFor();
  await measured.page.waitForLoadState('networkidle').catch(() => {});
  await untilQuiet(measured);
  const kB = measured.bytes() / 1000;
  await measured.close();
  return kB;
}

/** The page polls, so this waits only for a second with less than 1 kB. */
async function untilQuiet({ bytes }: MeasuredPage): Promise<void> {
  for (let before = -1; bytes() - before > 1000;) {
    before = bytes();
    await sleep(1000);
  }
}

/** @returns kB per second while the run goes on, without the page load */
async function measureWatching(system: BenchSystem, open: Open): Promise<number> {
  await createFan(system, WATCHED);
  const { id } = await system.api.submitRun(WATCHED.name);
  const measured = await open(`/runs/${id}`);
  await measured.page.locator('[data-step]').first().waitFor();
  const [before, since] = [measured.bytes(), performance.now()];
  await system.api.waitForRun(id);
  const kB = (measured.bytes() - before) / 1000;
  const seconds = (performance.now() - since) / 1000;
  await measured.close();
  return kB / seconds;
}

async function measureBusyRun(system: BenchSystem, open: Open, openForMs: number) {
  await createFan(system, BUSY);
  const { id } = await system.api.submitRun(BUSY.name);
  const measured = await open(`/runs/${id}`);
  const { page } = measured;
  const tree = page.getByRole('tree');
  await page.locator('[data-step]').first().waitFor();
  await page.evaluate(OBSERVE);
  await tree.focus();
  await sleep(5000);
  const heapBefore = await measured.heapBytes();
  const [eventsBefore, openedAt] = [measured.events(), performance.now()];
  for (let press = 0; press < PRESSES; press++) {
    await tree.press(press % 10 === 9 ? 'End' : press % 10 === 0 ? 'Home' : 'ArrowDown');
    await sleep(PRESS_EVERY_MS);
  }
  const eventRate = (measured.events() - eventsBefore) / ((performance.now() - openedAt) / 1000);
  const slowest = await page.evaluate<number>('slowest');
  await sleep(Math.max(0, openedAt + openForMs - performance.now()));
  const growth = (await measured.heapBytes()) / heapBefore;
  await measured.close();
  return { slowest, eventRate, growth };
}

/** Keeps the longest time from an input to the next paint. Browsers report none below 16 ms. */
const OBSERVE = `
  globalThis.slowest = 0;
  new PerformanceObserver((list) => {
    for (const { duration, interactionId } of list.getEntries())
      if (interactionId > 0) globalThis.slowest = Math.max(globalThis.slowest, duration);
  }).observe({ type: 'event', durationThreshold: 16 });
`;

async function createFan(
  { api, simulator }: BenchSystem,
  { name, steps, stepMs }: typeof WATCHED,
): Promise<void> {
  const url = `${simulator.url}/work?ms=${stepMs}&bytes=1000`;
  await api.createWorkflow(toWorkflow(name, parallel(steps), { type: 'http', with: { url } }));
}
