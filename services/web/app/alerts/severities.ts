export const SEVERITIES = {
  page: 'Page',
  ticket: 'Ticket',
  none: 'Heartbeat',
} as const;
