export const problem = {
  refused: 'Your request is not accepted',
  answered: 'The API answered {status}.',
  /** By the code of a problem. A code that is not here keeps the title that it came with. */
  titles: {
    unreachable: 'The server does not answer.',
    api_away: 'The API does not answer.',
    unavailable: 'A part of AIO does not answer',
    prometheus_away: 'Prometheus does not answer',
    prometheus_not_configured: 'No Prometheus is configured',
    unauthenticated: 'You are not logged in',
    forbidden: "You don't have access",
    not_found: 'Not found',
    conflict: 'The state has changed in the meantime',
    already_decided: 'The approval is already decided',
    run_finished: 'The run is finished',
    run_not_finished: 'The run is not finished',
    validation_failed: 'The input breaks rules',
    rate_limited: 'Too many requests',
    too_large: 'The input is too large',
    internal: 'AIO could not process the request',
  },
};
