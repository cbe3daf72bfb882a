/** Reads prompts just well enough to answer them from their own words. */

/** Tokens as vendors count them, roughly: four characters each. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** Pieces a model would stream: words with the space before them. */
export function splitTokens(text: string): string[] {
  return text.match(/\s*\S{1,8}/g) ?? [];
}

/** The material in a prompt: what its longest `<tag>…</tag>` encloses; null = there is none. */
export function findMaterial(prompt: string): string | null {
  let longest = '';
  for (const [, , inside] of prompt.matchAll(/<(\w{1,40})>([\s\S]*?)<\/\1>/g)) {
    if (inside !== undefined && inside.length > longest.length) longest = inside;
  }
  return longest === '' ? null : longest.trim();
}

/** Sentences of more than three words; what ends without a stop, headings mostly, only when all do. */
export function splitSentences(text: string): string[] {
  const sentences = text
    .split(/(?<=[.!?])\s+|\n+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence.split(' ').length > 3);
  const ended = sentences.filter((sentence) => /[.!?]$/.test(sentence));
  return ended.length > 0 ? ended : sentences;
}

/** The sentences of the material that share most words with the rest of it, in their order. */
export function summarize(material: string, maxSentences: number): string {
  const sentences = splitSentences(material);
  if (sentences.length === 0) return material.slice(0, 200);
  const weights = countWords(material);
  const ranked = sentences
    .map((sentence, index) => ({ index, weight: weigh(sentence, weights, index) }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, maxSentences)
    .sort((a, b) => a.index - b.index);
  return ranked.map(({ index }) => sentences[index]).join(' ');
}

/** How often a word or phrase stands in a text, whole and in any case. */
export function countMentions(text: string, phrase: string): number {
  const escaped = phrase.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return text.toLowerCase().match(new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`, 'g'))?.length ?? 0;
}

function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.toLowerCase().match(/[a-z]{5,}/g) ?? [])
    counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Mean weight of the words; an opening sentence gets more, as writers put their point there. */
function weigh(sentence: string, weights: Map<string, number>, index: number): number {
  const words = sentence.toLowerCase().match(/[a-z]{5,}/g) ?? [];
  const sum = words.reduce((total, word) => total + (weights.get(word) ?? 0), 0);
  return (sum / (words.length + 3)) * (index === 0 ? 2 : 1);
}
