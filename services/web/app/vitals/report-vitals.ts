import type { Router } from 'vue-router';
import { type MetricType, onCLS, onINP, onLCP } from 'web-vitals';
import { login } from '~/account/login';
import { pageOf } from './page-of';

const ADDRESS = '/api/v1/telemetry/vitals';
/** All changes, because each belongs to the page that is open when it comes. */
const OPTIONS = { reportAllChanges: true, reportSoftNavs: true };

interface Vital {
  name: string;
  value: number;
  route: string;
}

/**
 * Measures vitals and sends them when the page is hidden. Browsers with soft navigations measure
 * each page. In others, a value belongs to the page on which it reached its worst.
 */
export function reportVitals(router: Router): void {
  /** Values to send, by the id of the measurement. */
  const vitals = new Map<string, Vital>();
  const sent = new Set<string>();

  function note({ id, name, value, navigationType, navigationURL }: MetricType): void {
    if (sent.has(id) || vitals.get(id)?.value === value) return;
    const isWithin = navigationType === 'soft-navigation' && navigationURL !== undefined;
    const at = isWithin ? new URL(navigationURL).pathname : router.currentRoute.value.path;
    const route = pageOf(router.resolve(at));
    if (route !== undefined) vitals.set(id, { name, value, route });
  }

  function send(): void {
    if (document.visibilityState !== 'hidden' || vitals.size === 0) return;
    if (login.value.state !== 'in') return;
    const body = JSON.stringify({ vitals: [...vitals.values()] });
    for (const id of vitals.keys()) sent.add(id);
    vitals.clear();
    // keepalive: the page may be gone before the answer. `sendBeacon` cannot send the CSRF header.
    const headers = { 'content-type': 'application/json', 'aio-csrf': '1' };
    fetch(ADDRESS, { method: 'POST', keepalive: true, headers, body }).catch(() => undefined);
  }

  onLCP(note, OPTIONS);
  onINP(note, OPTIONS);
  onCLS(note, OPTIONS);
  // On the window and without capture, so that it runs after web-vitals' own listeners.
  window.addEventListener('visibilitychange', send);
}
