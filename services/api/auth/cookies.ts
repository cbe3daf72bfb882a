/** The cookies of browsers that log in, by what a page's origin allows. */

export interface Cookies {
  read(header: string | undefined, cookie: CookieName): string | undefined;
  /** A Set-Cookie header. Without `maxAgeS` it goes with the browser. */
  write(cookie: CookieName, value: string, maxAgeS?: number): string;
  /** A Set-Cookie header that takes it away. */
  clear(cookie: CookieName): string;
}

/** `session`: who is logged in. `login`: which browser a login was begun in. */
export type CookieName = 'session' | 'login';

/**
 * Over HTTPS the names begin with `__Host-`: no other host and no plain HTTP can plant such a cookie.
 * @param publicUrl origin at which browsers find AIO
 */
export function createCookies(publicUrl: string): Cookies {
  const isSecure = publicUrl.startsWith('https:');
  const nameOf = (cookie: CookieName) => `${isSecure ? '__Host-' : ''}aio_${cookie}`;
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  return {
    read(header, cookie) {
      const start = `${nameOf(cookie)}=`;
      const pair = header?.split(/; */).find((one) => one.startsWith(start));
      return pair?.slice(start.length) || undefined;
    },
    write(cookie, value, maxAgeS) {
      const age = maxAgeS === undefined ? '' : `; Max-Age=${maxAgeS}`;
      return `${nameOf(cookie)}=${value}; ${attributes}${age}`;
    },
    clear: (cookie) => `${nameOf(cookie)}=; ${attributes}; Max-Age=0`,
  };
}
