import type { Router } from 'vue-router';
import { type MetricType, onCLS, onINP, onLCP } from 'web-vitals';
import { login } from '~/account/login';
import { pageOf } from '~/tracing/page-of';

const ADDRESS = '/api/v1/telemetry/vitals';
/** All changes, since the page on which one came is known only then. */
const OPTIONS = { reportAllChanges: true, reportSoftNavs: true };

interface Vital {
  name: string;
  value: number;
  route: string;
}

/**
 * Measures how pages feel, and tells the API when they are hidden. Browsers that see navigations within a page
 * measure each of them; in others a value belongs to the page on which it became as bad as it is.
 */
export function reportVitals(router: Router): void {
  /** Not told yet, by the id of the measurement. */
  const vitals = new Map<string, Vital>();
  const told = new Set<string>();

  function note({ id, name, value, navigationType, navigationURL }: MetricType): void {
    if (told.has(id) || vitals.get(id)?.value === value) return;
    const isWithin = navigationType === 'soft-navigation' && navigationURL !== undefined;
    const at = isWithin ? new URL(navigationURL).pathname : router.currentRoute.value.path;
    const route = pageOf(router.resolve(at));
    if (route !== undefined) vitals.set(id, { name, value, route });
  }

  function tell(): void {
    if (document.visibilityState !== 'hidden' || vitals.size === 0) return;
    if (login.value.state !== 'in') return;
    const body = JSON.stringify({ vitals: [...vitals.values()] });
    for (const id of vitals.keys()) told.add(id);
    vitals.clear();
    // The page may be gone before the answer is there. `sendBeacon` cannot say that the page is ours.
    const headers = { 'content-type': 'application/json', 'aio-csrf': '1' };
    fetch(ADDRESS, { method: 'POST', keepalive: true, headers, body }).catch(() => undefined);
  }

  onLCP(note, OPTIONS);
  onINP(note, OPTIONS);
  onCLS(note, OPTIONS);
  // At the window, where it comes after the library's own look at what is left.
  window.addEventListener('visibilitychange', tell);
}
