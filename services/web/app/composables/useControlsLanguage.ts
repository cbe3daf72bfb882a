import { en, ja } from '@nuxt/ui/locale';
import { computed } from 'vue';
import { language } from '~/text/i18n';

const CONTROLS = { en, ja };

/** Nuxt UI's texts in the current language. It also sets the document's language. */
export function useControlsLanguage() {
  useHead({ htmlAttrs: { lang: language } });
  return computed(() => CONTROLS[language()]);
}
