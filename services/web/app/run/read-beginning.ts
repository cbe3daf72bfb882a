/** Reads at least `bytes` bytes of a response, or all of a shorter one, and cancels the rest. */
export async function readBeginning(response: Response, bytes: number): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder();
  let text = '';
  let left = bytes;
  while (left > 0) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
    left -= value.length;
  }
  await reader.cancel();
  return text;
}
