/** Share of new traces to keep; null = unknown, or tracing is off. */
let kept: number | null = null;

/** From now on, calls begin traces, of which the API keeps this share. */
export function traceCalls(ratio: number | null): void {
  kept = ratio;
}

/** A header that begins a new trace, so that the page knows its id; {} = the API begins it. */
export function traceparent(): { traceparent?: string } {
  if (kept === null) return {};
  const bytes = [...crypto.getRandomValues(new Uint8Array(24))];
  const ids = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const flags = Math.random() < kept ? '01' : '00';
  return { traceparent: `00-${ids.slice(0, 32)}-${ids.slice(32)}-${flags}` };
}
