export const format = {
  justNow: 'just now',
  secondsAgo: '{n} s ago',
  minutesAgo: '{n} min ago',
  hoursAgo: '{n} h ago',
  daysAgo: '{n} d ago',
  seconds: '{n} s',
  minutes: '{n} m',
  hours: '{n} h',
  days: '{n} d',
  unpriced: '1 call of unknown price | {count} calls of unknown price',
  cached: '{counts}, {share} of the input cached',
};
