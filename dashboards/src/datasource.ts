/** The Prometheus that the reader selects at the top of the board. */
export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' } as const;

/** The same for Loki, on boards of logs. It has another name because links between boards pass variables on. */
export const LOKI = { type: 'loki', uid: '${loki}' } as const;
