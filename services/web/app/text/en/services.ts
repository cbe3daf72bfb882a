export const services = {
  title: 'Services',
  about:
    'Calls between services in the last few minutes, counted by the caller. From Redis to the workers, the time is the queue time of runs.',
  picture: 'Services and their calls',
  table: 'Calls between services',
  from: 'From',
  to: 'To',
  calls: 'Calls',
  failed: 'Failed',
  p95: 'P95',
  perSecond: '{rate}/s',
  failedShare: '{share} failed',
};
