/** Telemetry in the form that `weaver registry live-check --input-source stdin` reads. */

export interface AttributeSample {
  name: string;
  value: unknown;
}

interface Described {
  attributes: readonly AttributeSample[];
  /** The service that exported it, for messages. Weaver ignores it. */
  from: string;
}

export interface SpanSample extends Described {
  name: string;
  kind: string;
  span_events: readonly { name: string; attributes: readonly AttributeSample[] }[];
}

export interface LogSample extends Described {
  /** Empty = the record has none. */
  event_name: string;
  severity_number: number;
  severity_text: string;
}

export interface MetricSample {
  name: string;
  /** `counter`, `gauge` or `histogram`. */
  instrument: string;
  /** In UCUM, such as `s` and `By`. */
  unit: string;
  data_points: readonly {
    attributes: readonly AttributeSample[];
    value?: number;
    /** Of a histogram. */
    count?: number;
  }[];
  from: string;
}

export type Sample =
  | { span: SpanSample }
  | { log: LogSample }
  | { metric: MetricSample }
  | { resource: Described };

export function attributesOf(record: Readonly<Record<string, unknown>>): AttributeSample[] {
  return Object.entries(record).map(([name, value]) => ({ name, value }));
}
