import type { Page } from 'playwright-core';

/**
 * What is in no language of the UI: code, cells of tables, and what is marked as the words of people, of workflows or
 * of the API.
 */
const NOT_OURS = 'code, pre, td, textarea, .font-mono, .cm-content, [translate=no], [lang=en]';

/** Commands, and the name of the person who is logged in. */
const NAMES = '「[^」]*」|npm start|Ada Admin';

/**
 * Two English words in a row in what a page shows, or says to screen readers; each as it stands there. Single words
 * are not looked at: many are the same in both languages.
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
