/** Whatever Prometheus the reader chose on top of the board. */
export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' } as const;
