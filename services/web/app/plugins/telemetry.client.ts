import { useEventListener, whenever } from '@vueuse/core';
import { login } from '~/account/login';

/** Events before a click, early enough to load the code that traces it. */
const SIGNS_OF_LIFE: (keyof WindowEventMap)[] = ['pointermove', 'pointerdown', 'keydown'];

/** Reports traces and vitals. The code loads at the first sign of life, not with the page. */
export default defineNuxtPlugin({
  name: 'telemetry',
  setup() {
    const router = useRouter();
    async function start(): Promise<void> {
      const [{ reportVitals }, { startTracing }] = await Promise.all([
        import('~/vitals/report-vitals'),
        import('~/tracing/start-tracing'),
      ]);
      reportVitals(router);
      await startTracing(router);
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
