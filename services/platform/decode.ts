/** A part of a URL as it was before it was encoded; what was not encoded by the rules stays as it is. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
