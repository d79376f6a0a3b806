const KEY = 'daemonry.theme';
/** @typedef {'auto' | 'light' | 'dark'} Theme */

/** @type {readonly Theme[]} */
const THEMES = ['auto', 'light', 'dark'];

/** The theme that was chosen; `auto` is that of the system. @returns {Theme} */
export function themeOf() {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'auto';
  } catch {
    // A browser may refuse to remember anything.
    return 'auto';
  }
}

/** Shows the page in the theme that was chosen. */
export function applyTheme() {
  document.documentElement.dataset['theme'] = themeOf();
}

/** Chooses the theme after the present one, and returns it. */
export function nextTheme() {
  const theme = THEMES[(THEMES.indexOf(themeOf()) + 1) % THEMES.length] ?? 'auto';
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    return themeOf();
  }
  applyTheme();
  return theme;
}
