/** What load tests measure beside k6's own metrics; named as k6 knows it, without its prefix `k6_`. */
export const LOAD_METRICS = {
  /** Trend: from before a run's submission until its client has seen its end. */
  runDuration: 'load_run_duration',
  /** Rate: runs that failed, were refused or did not end within the client's patience. */
  runFailed: 'load_run_failed',
  /** Counter: steps of the runs that ended. */
  steps: 'load_steps',
  /** Trend, as the objective counts: of attempts in lanes from ready to started, of runs that begin with none until their claim. */
  queueTime: 'load_queue_time',
  /** Trend: of each attempt. */
  execution: 'load_step_execution',
  /** Trend: from the first page until somebody who logged in and started a run has seen its end. */
  journey: 'load_journey',
  /** Rate: of those who did not come that far. */
  journeyFailed: 'load_journey_failed',
  /** Trend: from the click on "Log in" until they are back on the page that they wanted. */
  login: 'load_login',
  /** Trend: from an event that ends a run until a listener has seen the end. */
  eventDelay: 'load_event_delay',
} as const;
