/** What was typed as an event's payload; nothing at all is null. */
export function readPayload(text: string): { value: unknown } | { fault: string } {
  if (text.trim() === '') return { value: null };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { fault: `This is not JSON: ${(error as Error).message}` };
  }
}
