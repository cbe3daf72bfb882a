/** The page that says why a login failed. */
const PAGE = '/login';

/**
 * Page to show a browser whose login failed, because people cannot read the API's problem.
 * null = the request is not a browser's login, so the client gets the problem.
 * @param code code of the problem
 */
export function failureAddress(
  { method, accept, path }: { method: string; accept: string; path: string },
  code: string,
): string | null {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  const isOnItsWay = ['/auth/login', '/auth/callback'].includes(pathname) && method === 'GET';
  if (!isOnItsWay || !accept.includes('text/html')) return null;
  const returnTo = searchParams.get('returnTo');
  return `${PAGE}?${new URLSearchParams({ failed: code, ...(returnTo && { returnTo }) })}`;
}
