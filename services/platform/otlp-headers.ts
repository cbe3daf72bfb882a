/** A name of an HTTP header. */
const NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/**
 * Reads OTEL_EXPORTER_OTLP_HEADERS: `key=value,key2=value2`, percent-encoded.
 * @returns undefined if a pair has no name or no value, or its encoding is wrong
 */
export function decodeHeaders(given: string): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (const pair of given.split(',').filter((one) => one.trim() !== '')) {
    const at = pair.indexOf('=');
    const name = decode(pair.slice(0, Math.max(at, 0)));
    const value = decode(pair.slice(at + 1));
    if (!name || !value || !NAME.test(name)) return undefined;
    headers[name] = value;
  }
  return headers;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return undefined;
  }
}
