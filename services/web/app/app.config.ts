// Nuxt UI's tint for warnings is muddy. Amber text needs an amber background.
const amber = {
  color: 'warning' as const,
  variant: 'subtle' as const,
  class: 'bg-amber-100 ring-amber-300 dark:bg-amber-400/10 dark:ring-amber-400/40',
};

export default defineAppConfig({
  ui: {
    colors: {
      primary: 'blue',
      neutral: 'slate',
      success: 'emerald',
      warning: 'amber',
      info: 'sky',
    },
    // Most buttons are quiet. The main action of a page or form is solid.
    button: { defaultVariants: { color: 'neutral', variant: 'outline' } },
    badge: {
      compoundVariants: [amber],
      defaultVariants: { color: 'neutral', variant: 'subtle' },
    },
    alert: {
      compoundVariants: [{ ...amber, class: { root: amber.class } }],
      defaultVariants: { variant: 'subtle' },
    },
  },
});
