import { en, ja } from '@nuxt/ui/locale';
import { computed } from 'vue';
import { language } from '~/text/i18n';

const CONTROLS = { en, ja };

/** The texts of Nuxt UI's controls in the language in use, which the document then has, too. */
export function useControlsLanguage() {
  useHead({ htmlAttrs: { lang: language } });
  return computed(() => CONTROLS[language()]);
}
