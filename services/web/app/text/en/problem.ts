export const problem = {
  refused: 'Your request was not accepted',
  answered: 'The API answered with status {status}',
  /** By the problem's code. For other codes, the UI shows the API's title. */
  titles: {
    unreachable: 'The server does not answer',
    api_away: 'The API does not answer',
    unavailable: 'A part of AIO is not available',
    prometheus_away: 'Prometheus does not answer',
    prometheus_slow: 'Prometheus took too long',
    prometheus_not_configured: 'Prometheus is not configured',
    unauthenticated: 'You are not logged in',
    forbidden: "You don't have access",
    not_found: 'Not found',
    conflict: 'The state has changed',
    already_decided: 'The approval has already been decided',
    run_finished: 'The run has ended',
    run_not_finished: 'The run has not ended',
    validation_failed: 'The input is invalid',
    rate_limited: 'Too many requests',
    too_large: 'The input is too large',
    internal: 'AIO could not process the request',
  },
};
