import { i18n, preferredLanguage, showLanguage } from '~/text/i18n';

/** Loads the texts before the first page is drawn. */
export default defineNuxtPlugin(async ({ vueApp }) => {
  await showLanguage(preferredLanguage());
  vueApp.use(i18n);
});
