import { createI18n } from 'vue-i18n';
import { en, type Texts } from './en/index.ts';

/**
 * The languages of the UI. English comes with the page; other languages load when chosen.
 * Components use `$t` and `useI18n()`, plain functions `t`.
 */
export const LANGUAGES = { en: 'English', ja: '日本語' } as const;
export type Language = keyof typeof LANGUAGES;

const STORED_AS = 'aio-language';
const LOADERS: Record<Exclude<Language, 'en'>, () => Promise<Texts>> = {
  ja: async () => (await import('./ja/index.ts')).ja,
};

export const i18n = createI18n<[Texts], Language, false>({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: { en } as Record<Language, Texts>,
});

export const { t } = i18n.global;

/** The current language; reactive. */
export function language(): Language {
  return i18n.global.locale.value;
}

const LOCALES = { en: 'en-GB', ja: 'ja-JP' } as const satisfies Record<Language, string>;

/** Makes one formatter per language; the returned function gives the current one. */
export function perLanguage<T>(make: (locale: string) => T): () => T {
  const made: Partial<Record<Language, T>> = {};
  return () => (made[language()] ??= make(LOCALES[language()]));
}

/** Switches the language and remembers it in this browser. */
export async function chooseLanguage(wanted: Language): Promise<void> {
  await showLanguage(wanted);
  localStorage.setItem(STORED_AS, wanted);
}

export async function showLanguage(wanted: Language): Promise<void> {
  if (wanted !== 'en') i18n.global.setLocaleMessage(wanted, await LOADERS[wanted]());
  i18n.global.locale.value = wanted;
}

/** The language chosen in this browser, else the first of the browser's languages that the UI has, else English. */
export function preferredLanguage(): Language {
  const wanted = [localStorage.getItem(STORED_AS), ...navigator.languages];
  const known = wanted.map((tag) => tag?.slice(0, 2)).find((tag) => tag && tag in LANGUAGES);
  return (known as Language | undefined) ?? 'en';
}
