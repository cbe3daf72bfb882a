/** The API takes no longer one. */
const MAX_LENGTH = 1000;

/** A path of ours to come back to; whatever else the address of a page names is the start page. */
export function returnAddress(given: unknown): string {
  const path = typeof given === 'string' ? given : '';
  const isOurs = /^\/(?![/\\])/.test(path) && path.length <= MAX_LENGTH;
  return isOurs && !path.startsWith('/login') ? path : '/';
}
