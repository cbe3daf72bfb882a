export const services = {
  title: 'Services',
  about:
    'Who calls whom, in the last minutes. A caller counts its own calls. From Redis to the workers, the time is how long runs wait in the queue.',
  picture: 'Services and who calls them',
  table: 'Calls between services',
  from: 'From',
  to: 'To',
  calls: 'Calls',
  failed: 'Failed',
  p95: 'P95',
  perSecond: '{rate}/s',
  failedShare: '{share} failed',
};
