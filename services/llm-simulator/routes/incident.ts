import { type Call, sendJson } from '../call.ts';

/** A service of a small company that has two unrelated problems. */
interface Service {
  name: string;
  state: 'ok' | 'degraded' | 'down';
  errorRate: number;
  p95Ms: number;
  dependsOn: string[];
}

const SERVICES: Service[] = [
  {
    name: 'checkout-api',
    state: 'down',
    errorRate: 0.38,
    p95Ms: 9800,
    dependsOn: ['payment-gateway', 'session-store'],
  },
  {
    name: 'payment-gateway',
    state: 'degraded',
    errorRate: 0.21,
    p95Ms: 8100,
    dependsOn: [],
  },
  { name: 'session-store', state: 'ok', errorRate: 0, p95Ms: 3, dependsOn: [] },
  {
    name: 'report-archive',
    state: 'degraded',
    errorRate: 0,
    p95Ms: 210,
    dependsOn: ['object-storage'],
  },
  { name: 'object-storage', state: 'ok', errorRate: 0, p95Ms: 45, dependsOn: [] },
];

const LOGS: Record<string, string[]> = {
  'checkout-api': [
    'POST /checkout 502 upstream payment-gateway timed out after 8000 ms',
    'circuit breaker for payment-gateway is open',
    'POST /checkout 503 rejected by circuit breaker',
  ],
  'payment-gateway': [
    'connection pool exhausted: 50 of 50 in use, 213 waiting',
    'acquiring a connection to ledger-db took 7900 ms',
    'deployed version 2026.4.2: pool size 200 -> 50',
  ],
  'report-archive': [
    'volume /var/archive is 81 % full',
    'nightly compaction skipped: less than 20 % free',
    'uploads continue',
  ],
};

/** `GET /api/status?service=`: the state of a service and its dependencies; without `service`, of all services. */
export function answerStatus(call: Call): void {
  const name = call.url.searchParams.get('service');
  const asked = SERVICES.find((service) => service.name === name);
  if (name !== null && asked === undefined)
    return sendJson(call, 404, { error: `service ${name} not found` });
  const shown = SERVICES.filter(
    (service) => asked === undefined || service === asked || asked.dependsOn.includes(service.name),
  );
  sendJson(call, 200, { services: shown });
}

/** `GET /api/services/{name}/logs`: the last log lines of a service. */
export function answerLogs(call: Call): void {
  const name = decodeURIComponent(call.url.pathname.split('/')[3] ?? '');
  if (!SERVICES.some((service) => service.name === name))
    return sendJson(call, 404, { error: `service ${name} not found` });
  sendJson(call, 200, { service: name, lines: LOGS[name] ?? [] });
}

/** `POST /notify`: a message to the people on call. Each Idempotency-Key is delivered once. */
export function acceptNotice(call: Call): void {
  sendJson(call, 202, { accepted: true, delivered: call.nth === 1, key: call.idempotencyKey });
}
