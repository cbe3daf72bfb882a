/** How a text is spelled on its way through headers, forms, URLs, JSON and HTML. */

const BASE64_BITS = 6;

/** What no encoding changes, as most tokens are. */
const SPELLED_ALIKE = /^[A-Za-z0-9_.-]+$/;

/**
 * The text as it is, as it is usually encoded, and as that is encoded again: JSON in a form, a form in a
 * query. Base64 is not among them, see `base64Cores`.
 */
export function spellingsOf(text: string): string[] {
  if (SPELLED_ALIKE.test(text)) return [text];
  return [...new Set([...new Set(encodingsOf(text))].flatMap(encodingsOf))];
}

/** The text itself is the first. */
function encodingsOf(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const component = encodeURIComponent(text.toWellFormed());
  const form = new URLSearchParams({ '': text }).toString().slice(1);
  const percent = [component, encodeReserved(component), form, pathOf(text)];
  return [
    text,
    json,
    json.replaceAll('/', String.raw`\/`),
    escapeJson(json, /[^\x20-\x7e]/g),
    escapeJson(json, /[<>&\u2028\u2029]/g),
    ...percent,
    ...percent.map(withSmallDigits),
    escapeHtml(text, { '"': '&quot;', "'": '&#39;' }),
    escapeHtml(text, { '"': '&#34;', "'": '&#39;' }),
    escapeHtml(text, { '"': '&quot;', "'": '&#x27;' }),
  ];
}

/**
 * What is in the base64 of any text around this one, or around its JSON: the characters that nothing before or after it
 * changes, for each of the three ways in which it can lie across them; in either alphabet, in a form
 * and in JSON.
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
    return [
      core,
      core.replaceAll('+', '-').replaceAll('/', '_'),
      core.replaceAll('+', '%2B').replaceAll('/', '%2F'),
      core.replaceAll('/', String.raw`\/`),
    ];
  });
}

/** RFC 3986 reserves more than `encodeURIComponent` encodes. */
function encodeReserved(component: string): string {
  return component.replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function withSmallDigits(percent: string): string {
  return percent.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

/** As it stands in the path of a URL that was parsed. */
function pathOf(text: string): string {
  const url = new URL('http://x/');
  url.pathname = `/${text}`;
  return url.pathname.slice(1);
}

function escapeJson(json: string, characters: RegExp): string {
  return json.replaceAll(
    characters,
    (char) => String.raw`\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function escapeHtml(text: string, quotes: Readonly<Record<string, string>>): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    ...quotes,
  };
  return text.replaceAll(/[&<>"']/g, (char) => entities[char]!);
}
