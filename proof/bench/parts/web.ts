import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '@aio/tools/process/free-port';
import { PORTS } from '@aio/tools/process/ports';
import { startPart } from '@aio/tools/process/process';
import { webService } from '@aio/tools/start/services';
import { buildWeb } from '@aio/tools/start/web-build';
import { PROJECT_ROOT } from '@aio/tools/system/own-servers';
import { stepName } from '@aio/loadtest/workflows/shapes';
import { type MeasuredPage, openBrowser } from '../browser.ts';
import { type BenchContext, type BenchPart, figureTable, type PartResult } from '../part.ts';
import { formatFigure } from '../report.ts';
import { type BenchSystem, startBenchSystem } from '../system.ts';

const SLOTS = 64;
/** 40 events per second: each step has a start and an end. */
const WATCHED = { name: 'watched', steps: 360, stepMs: 2800 };
/** A model writes for 20 s. */
const WRITTEN = { model: 'gpt-6-luna', tokenMs: 10, tokens: 2000 };
/** 50 events per second. */
const BUSY = { name: 'busy', steps: 1000, stepMs: 2500 };
const PRESSES = 60;
const PRESS_EVERY_MS = 250;
/** How long the page of the busy run stays open. */
const OPEN_MS = 60_000;

/** Measures the first loads of the web UI, its traffic during a run, its reaction to keys and its heap. */
export const web: BenchPart = { name: 'web', run: measure };

async function measure(context: BenchContext): Promise<PartResult> {
  const { system, siteUrl } = await startSite(context);
  const open = await openBrowser(context, siteUrl);
  const loads = await measureFirstLoads(system, open);
  context.say(`first loads ${Object.values(loads).map(formatFigure).join(', ')} kB`);
  const watching = await measureWatching(system, open);
  context.say(`watching a run ${formatFigure(watching.rate)} kB/s`);
  const writing = await measureWriting(system, open);
  context.say(`watching a model write ${formatFigure(writing.rate)} kB/s`);
  const { slowest, eventRate, growth } = await measureBusyRun(system, open);
  context.say(`slowest key press ${formatFigure(slowest)} ms`);
  return {
    tables: [
      figureTable('The web UI in Chromium', 'measured', {
        'first load of the overview, kB': loads.overview,
        'first load of a run of 40 steps, kB': loads.run,
        'first load of the editor, kB': loads.editor,
        [`watching a run of ${WATCHED.steps} steps, kB per second`]: watching.rate,
        'event streams that the page opened': watching.streams,
        'events per second of that run': watching.eventRate,
        'longest task of the page meanwhile, ms': watching.longestTask,
        'watching a model write, kB per second': writing.rate,
        'longest task of that page, ms': writing.longestTask,
        [`slowest of ${PRESSES} key presses, run of 1,000 steps, ms`]: slowest,
        'events per second meanwhile': eventRate,
        [`heap after ${OPEN_MS / 1000} s on that page, times that of its first seconds`]: growth,
      }),
    ],
    measured: {
      webFirstLoad: loads.overview,
      webFirstRun: loads.run,
      webFirstEditor: loads.editor,
      webWatching: Math.max(watching.rate, writing.rate),
      webStreams: watching.streams,
      webLongestTask: Math.max(watching.longestTask, writing.longestTask),
      webSlowest: slowest,
      webHeapGrowth: growth,
    },
    method: `the built UI; bytes on the wire (compressed, with headers) into a browser without a cache; ${SLOTS} slots, steps of ${WATCHED.stepMs} and ${BUSY.stepMs} ms on average; a key press lasts from the key to the next paint (Event Timing); heap after a garbage collection`,
  };
}

async function startSite(context: BenchContext): Promise<{ system: BenchSystem; siteUrl: string }> {
  const { searchPath, dataDir } = context;
  const env = { PATH: searchPath };
  const server = await buildWeb({ root: PROJECT_ROOT, dataDir, env });
  const port = await findFreePort();
  const siteUrl = `http://127.0.0.1:${port}`;
  const system = await startBenchSystem(context, {
    env: { WORKER_KINDS: `http:${SLOTS},llm:1`, AIO_PUBLIC_URL: siteUrl, RATE_LIMITS: 'login=off' },
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

/** @returns kB until a page is loaded and traffic stops: of the overview, of a run with its graph, of the editor */
async function measureFirstLoads({ api }: BenchSystem, open: Open) {
  const step = { type: 'transform' as const, with: { value: 1 } };
  const steps = Array.from({ length: 40 }, (_, index) => [
    stepName(index),
    index === 0 ? step : { ...step, needs: [stepName(index - 1)] },
  ]);
  await api.createWorkflow({ name: 'opened', steps: Object.fromEntries(steps) });
  const { id } = await api.submitRun('opened');
  await api.waitForRun(id);
  return {
    overview: await measureFirstLoad(open, '/overview'),
    run: await measureFirstLoad(open, `/runs/${id}`),
    editor: await measureFirstLoad(open, '/workflows/new?from=opened'),
  };
}

async function measureFirstLoad(open: Open, path: string): Promise<number> {
  const measured = await open(path);
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

/** Watches a run to its end. Rates per second, in kB and events, and the longest task, in ms, are without the page load. */
async function measureWatching(system: BenchSystem, open: Open) {
  const { id, measured, release } = await openFan(system, open, WATCHED);
  const { page } = measured;
  await page.evaluate(OBSERVE_TASKS);
  await release();
  return measureUntilEnd(system, id, measured);
}

async function measureUntilEnd({ api }: BenchSystem, id: string, measured: MeasuredPage) {
  const [bytes, events, since] = [measured.bytes(), measured.events(), performance.now()];
  await api.waitForRun(id);
  const seconds = (performance.now() - since) / 1000;
  const watching = {
    rate: (measured.bytes() - bytes) / 1000 / seconds,
    streams: measured.streams(),
    eventRate: (measured.events() - events) / seconds,
    longestTask: await measured.page.evaluate<number>('longestTask'),
  };
  await measured.close();
  return watching;
}

/** Watches a model write. Rates as above. */
async function measureWriting(system: BenchSystem, open: Open) {
  const { api, simulator } = system;
  const { model, tokenMs, tokens } = WRITTEN;
  await simulator.turn({ models: { [model]: { tokenMs, outputTokens: tokens } } });
  const steps = {
    gate: { type: 'http' as const, with: { url: `${simulator.url}/work?hold=written` } },
    write: {
      type: 'llm' as const,
      needs: ['gate'],
      with: { model: `openai/${model}`, prompt: 'Write.', maxTokens: tokens },
    },
  };
  await api.createWorkflow({ name: 'written', steps });
  const { id } = await api.submitRun('written');
  const measured = await open(`/runs/${id}?step=write`);
  const { page } = measured;
  await page.getByText('Live', { exact: true }).waitFor();
  await page.evaluate(OBSERVE_TASKS);
  await simulator.release('written');
  await page.locator('[data-live]').waitFor();
  return measureUntilEnd(system, id, measured);
}

async function measureBusyRun(system: BenchSystem, open: Open) {
  const { measured, release } = await openFan(system, open, BUSY);
  const { page } = measured;
  const tree = page.getByRole('tree');
  await page.evaluate(OBSERVE);
  await release();
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
  await sleep(Math.max(0, openedAt + OPEN_MS - performance.now()));
  const growth = (await measured.heapBytes()) / heapBefore;
  await measured.close();
  return { slowest, eventRate, growth };
}

/** Keeps the longest task. Browsers report none below 50 ms. */
const OBSERVE_TASKS = `
  globalThis.longestTask = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries())
      globalThis.longestTask = Math.max(globalThis.longestTask, duration);
  }).observe({ type: 'longtask' });
`;

/** Keeps the longest time from an input to the next paint. Browsers report none below 16 ms. */
const OBSERVE = `
  globalThis.slowest = 0;
  new PerformanceObserver((list) => {
    for (const { duration, interactionId } of list.getEntries())
      if (interactionId > 0) globalThis.slowest = Math.max(globalThis.slowest, duration);
  }).observe({ type: 'event', durationThreshold: 16 });
`;

/**
 * Submits a run and opens its page. After a step that waits for `release`, it has parallel calls that take half to one
 * and a half `stepMs`, so that their events are spread.
 */
async function openFan(
  { api, simulator }: BenchSystem,
  open: Open,
  { name, steps, stepMs }: typeof WATCHED,
) {
  const call = (query: string) => ({
    type: 'http' as const,
    with: { url: `${simulator.url}/work?${query}` },
  });
  const parts = Array.from({ length: steps - 1 }, (_, index) => [
    stepName(index),
    { ...call(`ms=${stepMs * (0.5 + (index % SLOTS) / SLOTS)}`), needs: ['gate'] },
  ]);
  const gate = call(`hold=${name}`);
  await api.createWorkflow({ name, steps: { gate, ...Object.fromEntries(parts) } });
  const { id } = await api.submitRun(name);
  const measured = await open(`/runs/${id}`);
  await measured.page.getByText('Live', { exact: true }).waitFor();
  return { id, measured, release: () => simulator.release(name) };
}
