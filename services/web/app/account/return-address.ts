/** The API's limit. */
const MAX_LENGTH = 1000;

/** The path to return to after login. Other sites, the login page and invalid values give the start page. */
export function returnAddress(given: unknown): string {
  const path = typeof given === 'string' ? given : '';
  const isOurs = /^\/(?![/\\])/.test(path) && path.length <= MAX_LENGTH;
  return isOurs && !path.startsWith('/login') ? path : '/';
}
