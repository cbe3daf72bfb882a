/** The trace that a request starts. */
export interface Trace {
  id: string;
  /** Value of the header. */
  traceparent: string;
}

/** @param share 0 to 1: share of the traces that ask to be kept */
export function beginTrace(share: number): Trace {
  const id = hex(32);
  const flags = Math.random() < share ? '01' : '00';
  return { id, traceparent: `00-${id}-${hex(16)}-${flags}` };
}

function hex(digits: number): string {
  let text = '';
  while (text.length < digits) text += Math.floor(Math.random() * 16).toString(16);
  return text;
}
