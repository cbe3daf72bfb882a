import { fileURLToPath } from 'node:url';

// Tests run under Node itself and are checked by tsconfig.test.json.
const withoutTests = { exclude: ['../**/*.test.ts'] };

// Separate, because Nuxt's types lack this option.
const compressed = { compressPublicAssets: true };

export default defineNuxtConfig({
  compatibilityDate: '2026-11-01',
  modules: ['@nuxt/ui'],
  css: ['~/assets/main.css'],
  components: [{ path: '~/components', pathPrefix: false }],
  // The browser renders live times and streams. The server only serves files and proxies /api.
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
  // Neither the build nor the browser fetches files from other sites.
  ui: { fonts: false },
  icon: {
    provider: 'server',
    fallbackToApi: false,
    localApiEndpoint: '/_icons',
    serverBundle: { collections: ['lucide'] },
    clientBundle: { scan: { globInclude: ['app/**/*.{vue,ts}'], globExclude: ['node_modules'] } },
  },
  runtimeConfig: {
    /** Address of the API; NUXT_API_BASE overrides it when the server starts. */
    apiBase: 'http://127.0.0.1:8080',
  },
  vite: {
    build: {
      rolldownOptions: {
        // One file for the small functions that pages share, and one for what most pages need: the headers of forty files
        // are larger than the functions.
        output: {
          codeSplitting: {
            groups: [
              { name: 'common', minShareCount: 24 },
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
  },
  nitro: {
    typescript: { tsConfig: withoutTests },
    ...compressed,
  },
  typescript: { tsConfig: withoutTests },
  experimental: {
    typedPages: true,
    // The sidebar links to every page. Browsers load a page's code when the user is about to open it.
    defaults: { nuxtLink: { prefetchOn: { interaction: true, visibility: false } } },
  },
  hooks: {
    // Browsers load these files at the user's first action, not with the page.
    'build:manifest': (manifest) => {
      for (const late of ['tracing/start-tracing.ts', 'vitals/report-vitals.ts']) {
        const chunk = manifest[late];
        if (chunk !== undefined) chunk.prefetch = false;
      }
    },
    'nitro:init': (nitro) => {
      if (nitro.options.dev) return;
      const entry = fileURLToPath(new URL('./server/main.ts', import.meta.url));
      Object.assign(nitro.options, { entry }); // Nuxt's types lack this option
    },
  },
});
