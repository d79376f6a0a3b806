/** Stands at the end of a text that was cut. */
const CUT_MARK = ' […]';

/** `text`, at most `max` characters of it; a longer one ends with ` […]`. Never cuts a character in two. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = max - CUT_MARK.length;
  const splits = /[\ud800-\udbff]/.test(text.charAt(end - 1)) && /[\udc00-\udfff]/.test(text.charAt(end));
  return text.slice(0, splits ? end - 1 : end) + CUT_MARK;
}
