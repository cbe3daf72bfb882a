/**
 * How long pages of hard failures stay active after the failure. Burning budgets count the failure for up to six more
 * minutes, because waiting attempts count only when they start. Without this delay, they would page again for the same
 * outage, and so would a failure that comes and goes.
 */
export const AFTERMATH = '7m';
