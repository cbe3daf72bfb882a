import type { AlertDrill } from './kit/alert-drill.ts';
import { readHistory, WATCHDOG } from './kit/history.ts';
import type { Stand } from './kit/stand.ts';
import { waitUntil } from '@aio/tools/system/wait-until';

const HEARTBEAT_WITHIN_S = 15;

export const TELEMETRY_DRILLS: readonly AlertDrill[] = [
  {
    name: 'watchdog',
    what: 'Prometheus is killed (kill -9) and started again, so the heartbeat stops and comes back',
    fires: [{ alert: WATCHDOG }],
    run: stopHeart,
  },
];

async function stopHeart({ prometheus, checks, progress }: Stand) {
  const beats = async (since: number) => {
    const history = await readHistory(prometheus.url);
    return history.some(({ alert, at }) => alert === WATCHDOG && (at.at(-1) ?? 0) >= since);
  };
  const measure = async (what: string, look: () => Promise<boolean>) => {
    const from = Date.now();
    await waitUntil(what, HEARTBEAT_WITHIN_S * 1000, look).catch(() => {});
    const after = (await look()) ? (Date.now() - from) / 1000 : Number.NaN;
    checks.atMost(`${WATCHDOG} ${what} after`, after, HEARTBEAT_WITHIN_S, 's');
  };
  progress('waits for the heartbeat');
  const begun = Date.now();
  await measure('firing', () => beats(begun));
  progress('kills Prometheus');
  await prometheus.end('SIGKILL');
  await measure('silent', () =>
    beats(0)
      .then(() => false)
      .catch(() => true),
  );
  progress('starts Prometheus');
  const again = Date.now();
  await prometheus.start();
  await measure('firing again', () => beats(again).catch(() => false));
}
