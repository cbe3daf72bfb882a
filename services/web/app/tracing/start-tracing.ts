import {
  BatchSpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Router } from 'vue-router';
import type { Telemetry } from '#shared/api';
import { createActions, type Actions } from './actions';
import { pageOf } from './names';
import { createSpanExporter } from './span-exporter';
import { createTraceCall } from './trace-call';
import { traceCallsWith } from './trace-calls';

/** The API's limit for one request. */
const SPANS_PER_EXPORT = 64;
const EXPORT_AFTER_MS = 2000;

/** Makes spans of clicks and navigations, with their API calls below them, unless the API has tracing off. */
export async function startTracing(router: Router): Promise<void> {
  const { traces } = await readTelemetry();
  if (traces === null || traces.ratio === 0) return;
  const provider = new TracerProvider({
    sampler: new TraceIdRatioBasedSampler(traces.ratio),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: createSpanExporter(),
        maxExportBatchSize: SPANS_PER_EXPORT,
        scheduledDelayMillis: EXPORT_AFTER_MS,
      }),
    ],
  });
  const tracer = provider.getTracer('@aio/web');
  const actions = createActions(tracer);
  traceCallsWith(createTraceCall(tracer, actions));
  document.addEventListener(
    'click',
    ({ target }) => {
      const page = pageOf(router.currentRoute.value);
      if (page !== undefined) actions.begin('click', page, wordsOf(target));
    },
    { capture: true },
  );
  followNavigations(router, actions);
}

/**
 * A navigation belongs to the click that caused it. Without a click, such as with the back button,
 * it is its own action.
 */
function followNavigations(router: Router, actions: Actions): void {
  let arrive: (() => void) | undefined;
  router.beforeEach((to) => {
    const page = pageOf(to);
    if (page === undefined) return;
    const action = actions.current() ?? actions.begin('navigate', page);
    arrive?.();
    arrive = action.join(false);
  });
  const end = (): void => {
    arrive?.();
    arrive = undefined;
  };
  router.afterEach(end);
  router.onError(end);
}

/** @throws Error if the API answers with an error */
async function readTelemetry(): Promise<Telemetry> {
  const response = await fetch('/api/v1/telemetry', { headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`The API answered ${response.status}.`);
  return (await response.json()) as Telemetry;
}

/** Of a widget's name, in characters. */
const LONGEST = 60;

/**
 * The text of the clicked button, tab or menu item. It omits `translate=no`: words of people and
 * workflows.
 */
function wordsOf(target: EventTarget | null): string {
  if (!(target instanceof Element)) return '';
  const widget = target.closest('button, [role=button], [role=tab], [role=menuitem]');
  if (widget === null) return '';
  const copy = widget.cloneNode(true) as Element;
  for (const theirs of copy.querySelectorAll('[translate=no]')) theirs.remove();
  return (copy.textContent ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST);
}
