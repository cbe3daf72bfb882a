/** JSON to be read: indented, and cut after `maxLength` characters with a note of what is left. */
export function prettyJson(value: unknown, maxLength = 100_000): { text: string; hidden: number } {
  const text = typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '');
  return { text: text.slice(0, maxLength), hidden: Math.max(0, text.length - maxLength) };
}
