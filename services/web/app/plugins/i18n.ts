import { i18n, preferredLanguage, showLanguage } from '~/text/i18n';

/** Texts are there before the first page is drawn. */
export default defineNuxtPlugin(async ({ vueApp }) => {
  await showLanguage(preferredLanguage());
  vueApp.use(i18n);
});
