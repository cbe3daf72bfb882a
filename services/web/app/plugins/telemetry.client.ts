import { useEventListener, whenever } from '@vueuse/core';
import type { Telemetry } from '#shared/api';
import { login } from '~/account/login';
import { callApi } from '~/api/call-api';
import { traceCalls } from '~/api/traceparent';

/** Events before a click, early enough to trace it. */
const SIGNS_OF_LIFE: (keyof WindowEventMap)[] = ['pointermove', 'pointerdown', 'keydown'];

/** Begins traces and reports vitals. The code loads at the first sign of life, not with the page. */
export default defineNuxtPlugin({
  name: 'telemetry',
  setup() {
    const router = useRouter();
    async function start(): Promise<void> {
      const { reportVitals } = await import('~/vitals/report-vitals');
      reportVitals(router);
      const { traces } = await callApi<Telemetry>('/telemetry');
      traceCalls(traces?.ratio ?? null);
    }
    // The API accepts telemetry only from people who are logged in.
    whenever(
      () => login.value.state === 'in',
      () => onSignOfLife(start),
      { immediate: true, once: true },
    );
  },
});

function onSignOfLife(work: () => Promise<void>): void {
  const begin = (): void => {
    stop();
    // The page works without telemetry.
    work().catch(() => undefined);
  };
  const stop = useEventListener(SIGNS_OF_LIFE, begin, { capture: true });
}
