/** Where the page is that says what became of a login. */
const PAGE = '/login';

/**
 * Where a browser is sent that was to be sent to the login service, or back from it, and got a problem:
 * people cannot read those. null = whoever asks is no browser on its way, and gets the problem.
 * @param code of the problem
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
