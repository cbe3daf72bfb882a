/**
 * How long pages of hard failures stay active after the failure. The fast burn counts the failure for five more
 * minutes, because waiting attempts count only when they start. Without this delay it would page again for the same
 * outage, and so would a failure that comes and goes. A cause lasts longer than its symptoms, which it inhibits.
 */
export const AFTERMATH = { symptom: '7m', cause: '9m' } as const;
