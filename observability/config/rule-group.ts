/** A group of rules as Prometheus reads it. */
export interface RuleGroup {
  name: string;
  /** Absent = as Prometheus' `evaluation_interval` says. */
  interval?: string;
  rules: readonly (RecordingRule | AlertRule)[];
}

export interface RecordingRule {
  record: string;
  expr: string;
  labels?: Readonly<Record<string, string>>;
}

export interface AlertRule {
  alert: string;
  expr: string;
  /** Absent = fires at once. */
  for?: string;
  /** Absent = ends as soon as its query has it no more. */
  keep_firing_for?: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
}
