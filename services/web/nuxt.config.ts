import { fileURLToPath } from 'node:url';

// Tests run under Node itself and are checked by tsconfig.test.json.
const withoutTests = { exclude: ['../**/*.test.ts'] };

// Apart, since Nuxt's types do not know it.
const compressed = { compressPublicAssets: true };

export default defineNuxtConfig({
  compatibilityDate: '2026-11-01',
  modules: ['@nuxt/ui'],
  css: ['~/assets/main.css'],
  components: [{ path: '~/components', pathPrefix: false }],
  imports: { presets: [{ from: 'vue-i18n', imports: ['useI18n'] }] },
  // A live view of times and streams is the browser's business; the server hands out files and
  // passes /api on.
  ssr: false,
  telemetry: false,
  devtools: { enabled: false },
  app: {
    head: {
      htmlAttrs: { lang: 'en' },
      titleTemplate: '%s · AIO',
      link: [{ rel: 'icon', type: 'image/svg+xml', href: '/icon.svg' }],
    },
  },
  // Nothing is fetched from outside, neither by the build nor by the browser.
  ui: { fonts: false },
  icon: {
    provider: 'server',
    fallbackToApi: false,
    localApiEndpoint: '/_icons',
    serverBundle: { collections: ['lucide'] },
    clientBundle: { scan: { globInclude: ['app/**/*.{vue,ts}'], globExclude: ['node_modules'] } },
  },
  runtimeConfig: {
    /** Where the API is; NUXT_API_BASE when the server starts. */
    apiBase: 'http://127.0.0.1:8080',
  },
  // Of vue-i18n neither its older API, nor its components, nor what its devtools want.
  vite: {
    build: {
      rolldownOptions: {
        // What pages share of small functions, as one file: the headers of forty files weigh more than they do.
        output: {
          codeSplitting: {
            groups: [
              {
                name: 'shared',
                test: /app\/(account|address|api|format|status)\/|app\/tracing\/trace-calls/,
                minShareCount: 3,
              },
            ],
          },
        },
      },
    },
    define: {
      __VUE_I18N_LEGACY_API__: false,
      __VUE_I18N_FULL_INSTALL__: false,
      __INTLIFY_PROD_DEVTOOLS__: false,
    },
  },
  nitro: {
    typescript: { tsConfig: withoutTests },
    ...compressed,
  },
  typescript: { tsConfig: withoutTests },
  experimental: {
    typedPages: true,
    // The sidebar links to every page: their code comes when somebody is about to go there.
    defaults: { nuxtLink: { prefetchOn: { interaction: true, visibility: false } } },
  },
  hooks: {
    // They come when somebody begins to do something, not with the page.
    'build:manifest': (manifest) => {
      for (const late of ['tracing/start-tracing.ts', 'vitals/report-vitals.ts']) {
        const chunk = manifest[late];
        if (chunk !== undefined) chunk.prefetch = false;
      }
    },
    'nitro:init': (nitro) => {
      if (nitro.options.dev) return;
      const entry = fileURLToPath(new URL('./server/main.ts', import.meta.url));
      Object.assign(nitro.options, { entry }); // not among the options that Nuxt's types know
    },
  },
});
