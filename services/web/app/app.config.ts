export default defineAppConfig({
  ui: {
    colors: {
      primary: 'blue',
      neutral: 'slate',
      success: 'emerald',
      warning: 'amber',
      info: 'sky',
    },
  },
});
