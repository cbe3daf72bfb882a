/** Splits and summarizes prompts. */

/** Rough number of tokens: four characters each. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** Pieces of up to eight characters, with the space before them, like a model's stream. */
export function splitTokens(text: string): string[] {
  return text.match(/\s*\S{1,8}/g) ?? [];
}

/** The content of the longest `<tag>…</tag>` in a prompt; null = none. */
export function findMaterial(prompt: string): string | null {
  let longest = '';
  for (const [, , inside] of prompt.matchAll(/<(\w{1,40})>([\s\S]*?)<\/\1>/g)) {
    if (inside !== undefined && inside.length > longest.length) longest = inside;
  }
  return longest === '' ? null : longest.trim();
}

/** Sentences of more than three words. Lines without a full stop, such as headings, count only if all are like that. */
export function splitSentences(text: string): string[] {
  const sentences = text
    .split(/(?<=[.!?])\s+|\n+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence.split(' ').length > 3);
  const ended = sentences.filter((sentence) => /[.!?]$/.test(sentence));
  return ended.length > 0 ? ended : sentences;
}

/** The sentences that share most words with the rest of the material, in order. */
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

/** Counts whole occurrences of a phrase, in any case. */
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

/** Mean weight of the words. The first sentence counts double, because it usually has the main point. */
function weigh(sentence: string, weights: Map<string, number>, index: number): number {
  const words = sentence.toLowerCase().match(/[a-z]{5,}/g) ?? [];
  const sum = words.reduce((total, word) => total + (weights.get(word) ?? 0), 0);
  return (sum / (words.length + 3)) * (index === 0 ? 2 : 1);
}
