/** The argument of k6's `handleSummary`. */
export interface K6Summary {
  metrics: Record<string, K6Metric>;
}

export interface K6Metric {
  type: 'counter' | 'gauge' | 'rate' | 'trend';
  values: Readonly<Record<string, number>>;
  thresholds?: Readonly<Record<string, { ok: boolean }>>;
}

/** A failed request. */
export interface Failure {
  method: string;
  route: string;
  status: number;
  error: string;
  traceId: string;
}
