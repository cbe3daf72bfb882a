/** The last 8 characters of an id. They are random; a UUIDv7 begins with its time. */
export function shortId(id: string): string {
  return id.slice(-8);
}
