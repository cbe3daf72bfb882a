/**
 * Icons, colours and the head put styles into the page while it runs. The page's policy applies only
 * those that carry its nonce, and none of the three can be told of it: so every style that a script
 * makes gets it. Styles that come as text in somebody's markup do not.
 */
export default defineNuxtPlugin({
  name: 'style-nonce',
  enforce: 'pre',
  setup() {
    const nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce;
    if (!nonce) return;
    const create = document.createElement.bind(document);
    document.createElement = (name: string, options?: ElementCreationOptions) => {
      const element = create(name, options);
      if (element instanceof HTMLStyleElement) element.nonce = nonce;
      return element;
    };
  },
});
