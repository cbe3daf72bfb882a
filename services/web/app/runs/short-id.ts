/** The random end of an id: its beginning is the time. */
export const shortId = (id: string): string => id.slice(-8);
