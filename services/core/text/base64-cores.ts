/** How a text shows in the base64 of whatever surrounds it. */

const BASE64_BITS = 6;

/**
 * What is in the base64 of any text around this one, or around its JSON: the characters that nothing before or
 * after it changes, for each of the three ways in which it can lie across them, in either alphabet.
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
