/** Plain text as Slack wants it: so that `<!channel>` in it calls nobody. */
export const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
