/** An id as people see it: its end, which no other of the day shares (the beginning of a UUIDv7 is its time). */
export function shortId(id: string): string {
  return id.slice(-8);
}
