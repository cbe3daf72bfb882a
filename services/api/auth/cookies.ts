export interface Cookies {
  read(header: string | undefined, cookie: CookieName): string | undefined;
  /** A Set-Cookie header. Without `maxAgeS`, the cookie ends with the browser. */
  write(cookie: CookieName, value: string, maxAgeS?: number): string;
  /** A Set-Cookie header that deletes the cookie. */
  clear(cookie: CookieName): string;
}

/** `session`: a logged-in browser. `login`: a browser that has started a login. */
export type CookieName = 'session' | 'login';

/**
 * Over HTTPS the names start with `__Host-`, so that other hosts and plain HTTP cannot set them (RFC 6265bis, 4.1.3.2).
 * @param publicUrl origin of the service in browsers
 * @param prefix begins the names, e.g. `shop_`: cookies of a host are shared by all its ports
 * @throws TypeError if the prefix cannot be part of a name
 */
export function createCookies(publicUrl: string, prefix: string): Cookies {
  if (!/^[\w-]*$/.test(prefix)) throw new TypeError(`No prefix of a cookie's name: ${prefix}`);
  const isSecure = publicUrl.startsWith('https:');
  const nameOf = (cookie: CookieName) => `${isSecure ? '__Host-' : ''}${prefix}${cookie}`;
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
