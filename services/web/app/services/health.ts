export const HEALTH = {
  idle: 'No calls',
  healthy: 'Healthy',
  look: 'Some fail',
  failing: 'Many fail',
} as const;
