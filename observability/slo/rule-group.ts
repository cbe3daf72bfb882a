/** A rule group of Prometheus. */
export interface RuleGroup {
  name: string;
  /** Default: Prometheus' `evaluation_interval`. */
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
  /** Absent = the alert fires at once. */
  for?: string;
  /** Absent = the alert ends as soon as its query returns nothing. */
  keep_firing_for?: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
}
