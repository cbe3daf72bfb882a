/** Whatever Prometheus the reader chose on top of the board. */
export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' } as const;

/** The same of a Loki, on boards of logs: under another name, since links between boards take variables along. */
export const LOKI = { type: 'loki', uid: '${loki}' } as const;
