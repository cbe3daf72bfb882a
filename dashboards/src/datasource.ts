/** Whatever Prometheus the reader chose on top of the board. */
export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' } as const;

/** The same of a Loki, on boards of logs. */
export const LOKI = { type: 'loki', uid: '${datasource}' } as const;
