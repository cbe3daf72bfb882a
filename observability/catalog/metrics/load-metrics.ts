/** Metrics of load tests in addition to k6's own, without k6's prefix `k6_`. */
export const LOAD_METRICS = {
  /** Trend: from before the submission of a run until its client sees the end. */
  runDuration: 'load_run_duration',
  /** Rate: runs that failed, were refused or did not end before the client gave up. */
  runFailed: 'load_run_failed',
  /** Counter: steps of the runs that ended. */
  steps: 'load_steps',
  /** Trend, as the objective counts it: lane attempts from ready to started, runs without a first lane step until their claim. */
  queueTime: 'load_queue_time',
  /** Trend: execution time of each attempt. */
  execution: 'load_step_execution',
  /** Trend: from the first page through login and start of a run until the user sees its end. */
  journey: 'load_journey',
  /** Rate: journeys that failed. */
  journeyFailed: 'load_journey_failed',
  /** Trend: from the click on "Log in" until the user is back on the requested page. */
  login: 'load_login',
  /** Trend: from the event that ends a run until a listener sees the end. */
  eventDelay: 'load_event_delay',
} as const;
