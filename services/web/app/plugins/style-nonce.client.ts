/**
 * Icons, colours and the head insert styles at run time. The page's CSP applies only styles with
 * its nonce, and none of the three can set it. So every style element that a script creates gets
 * the nonce. Styles in inserted markup don't.
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
