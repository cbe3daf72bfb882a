import type { Page } from 'playwright-core';

/** Elements that the UI does not translate: code, table cells, spans, and texts of people, workflows or the API. */
const NOT_OURS =
  'code, pre, td, textarea, .font-mono, .cm-content, [data-span], [translate=no], [lang=en]';

/** Commands, and the name of the person who is logged in. */
const NAMES = '「[^」]*」|npm start|Ada Admin';

/**
 * Texts with two English words in a row that a page shows or a screen reader says. Ignores single words, because many
 * are the same in both languages.
 */
export function englishOn(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`
    (() => {
      const isEnglish = (text) =>
        /[A-Za-z]{2,} +[A-Za-z]{2,}/.test(text.replaceAll(/${NAMES}/g, ''));
      const isSeen = (element) => !element.closest('${NOT_OURS}') && element.checkVisibility();
      const found = new Set();
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const text = walker.currentNode.textContent.trim();
        if (isEnglish(text) && isSeen(walker.currentNode.parentElement)) found.add(text);
      }
      for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
        for (const element of document.querySelectorAll('[' + name + ']')) {
          const text = element.getAttribute(name);
          if (isEnglish(text) && isSeen(element)) found.add(name + ': ' + text);
        }
      if (isEnglish(document.title)) found.add('document: ' + document.title);
      return [...found];
    })()
  `);
}
