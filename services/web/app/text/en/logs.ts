export const logs = {
  search: 'Search in the logs',
  level: 'Level',
  debug: 'Debug and above',
  info: 'Info and above',
  warn: 'Warnings and errors',
  error: 'Errors',
  step: 'Step',
  allSteps: 'All steps',
  count: '1 line | {count} lines',
  truncated: 'Earlier lines are not shown.',
  none: 'Nothing was logged.',
  noMatch: 'No line matches these filters.',
};
