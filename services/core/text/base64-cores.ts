/** Finds a text in the base64 of a larger text. */

const BASE64_BITS = 6;

/**
 * The base64 characters that a text, or its JSON, has in any larger text: those that depend on no neighbour, for
 * each of the three alignments and both alphabets.
 */
export function base64Cores(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  return json === text ? coresOf(text) : [...coresOf(text), ...coresOf(json)];
}

function coresOf(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const start = Math.ceil((before * 8) / BASE64_BITS);
    const end = Math.floor(((before + bytes.length) * 8) / BASE64_BITS);
    const core = encoded.slice(start, end);
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
