import { watch } from 'vue';
import { login } from '~/account/login';

/** Before a click come moves of a pointer, or keys: enough time to get ready for it. */
const SIGNS_OF_LIFE = ['pointermove', 'pointerdown', 'keydown'] as const;

/**
 * What the page tells of itself: traces of what somebody does, and how it feels to them. The code comes when they begin,
 * and is no part of the first load.
 */
export default defineNuxtPlugin({
  name: 'telemetry',
  setup() {
    const router = useRouter();
    whenLoggedIn(() =>
      onSignOfLife(async () => {
        const [{ reportVitals }, { startTracing }] = await Promise.all([
          import('~/vitals/report-vitals'),
          import('~/tracing/start-tracing'),
        ]);
        reportVitals(router);
        await startTracing(router);
      }),
    );
  },
});

/** The API listens to nobody else. */
function whenLoggedIn(work: () => unknown): void {
  const begin = (): void => {
    if (login.value.state !== 'in') return;
    stop();
    work();
  };
  const stop = watch(login, begin);
  begin();
}

function onSignOfLife(work: () => Promise<void>): void {
  const begin = (): void => {
    for (const sign of SIGNS_OF_LIFE) removeEventListener(sign, begin, { capture: true });
    // A page works without.
    work().catch(() => undefined);
  };
  for (const sign of SIGNS_OF_LIFE) addEventListener(sign, begin, { capture: true });
}
